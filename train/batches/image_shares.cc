#include "train/batches/image_shares.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "core/random_stream.h"

namespace storyteller {
namespace {

constexpr uint64_t kSharesSite = 0x73686172;  // "shar": the key's consumer

}  // namespace

void times_seen(double weight, uint64_t seed, uint64_t set, uint64_t epoch,
                std::span<uint32_t> times) {
  std::fill(times.begin(), times.end(), 0U);
  if (times.empty()) return;
  const uint64_t images = times.size();
  const double an_epoch = weight * static_cast<double>(images);
  const auto shown_before = [&](uint64_t e) {
    return static_cast<uint64_t>(std::floor(static_cast<double>(e) * an_epoch));
  };
  const uint64_t begin = shown_before(epoch), end = shown_before(epoch + 1);
  for (uint64_t order = begin / images; order * images < end; ++order) {
    const uint64_t first = std::max(begin, order * images) - order * images;
    const uint64_t last = std::min(end, (order + 1) * images) - order * images;
    std::vector<size_t> shuffled(images);
    std::iota(shuffled.begin(), shuffled.end(), size_t{0});
    if (last - first < images) {
      RandomStream random(philox_key(seed, order, kSharesSite), set);
      random.shuffle(shuffled);
    }
    for (uint64_t i = first; i < last; ++i) ++times[shuffled[i]];
  }
}

}  // namespace storyteller
