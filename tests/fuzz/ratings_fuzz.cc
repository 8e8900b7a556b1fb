// libFuzzer target for what `storyteller rate` reads: keys, exports, scores per image, and the
// pictures of COCO's annotations, by the first byte. The bounded slice that every test run does is
// Ratings.RandomMutationsNeverEscape.
//   tests/fuzz/run ratings -runs=1000000
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/error.h"
#include "train/rating/image_scores.h"
#include "train/rating/picture_names.h"
#include "train/rating/ratings.h"

namespace {

using namespace storyteller;

/// The sheet that tests/fuzz/seeds/ratings/export.json rates.
RatingSheet sheet() {
  RatingSheet out;
  out.id = "00112233445566778899aabbccddeeff";
  out.scales = {"correctness", "fluency"};
  out.systems = {"a", "b"};
  out.items = {{"1", "A dog.", {0}}, {"2", "A cat.", {1}}, {"1", "A dog.", {0}, 0}};
  return out;
}

/// What was read comes back from what is written.
void read_key(std::string_view text) {
  const std::string written = rating_key_json(parse_rating_key(text, "fuzz"));
  if (rating_key_json(parse_rating_key(written, "again")) != written) std::abort();
}

void read_export(std::string_view text) {
  const RatingSheet of = sheet();
  const Ratings ratings = parse_ratings(text, of, "fuzz");
  for (const auto& scale : ratings.scores) {
    if (scale.size() != of.items.size()) std::abort();
    for (const std::optional<int>& score : scale) {
      if (score && (*score < kLowestRating || *score > kHighestRating)) std::abort();
    }
  }
}

void read_scores(std::string_view text) {
  const ImageScores scores = parse_image_scores(text, "fuzz");
  for (const auto& [image, values] : scores.values) {
    if (values.size() != scores.metrics.size()) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    switch (data[0] % 4) {
      case 0:
        read_key(text);
        break;
      case 1:
        read_export(text);
        break;
      case 2:
        read_scores(text);
        break;
      default:
        parse_picture_names(text, "fuzz");
    }
  } catch (const InputError&) {
    return 0;
  }
  return 0;
}
