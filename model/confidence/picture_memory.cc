#include "model/confidence/picture_memory.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "core/error.h"

namespace storyteller {
namespace {

constexpr float kGreatest = 127;

std::int32_t product(const std::int16_t* a, const std::int16_t* b, size_t count) {
  std::int32_t sum = 0;  // at most 2^14 a term
  for (size_t i = 0; i < count; ++i) sum += std::int32_t{a[i]} * b[i];
  return sum;
}

/// 0 of no direction.
float inverse_norm(const std::int16_t* direction, size_t axes) {
  const auto square = static_cast<float>(product(direction, direction, axes));
  return square > 0 ? 1 / std::sqrt(square) : 0;
}

}  // namespace

PictureMemory::PictureMemory(std::vector<float> projection, std::vector<std::int8_t> directions,
                             std::vector<SubjectKinds> kinds)
    : projection_(std::move(projection)),
      directions_(std::move(directions)),
      wide_(directions_.begin(), directions_.end()),
      kinds_(std::move(kinds)),
      axes_(kinds_.empty() ? 0 : directions_.size() / kinds_.size()) {
  if (axes_ == 0 || directions_.size() != axes_ * kinds_.size() || projection_.empty() ||
      projection_.size() % axes_ != 0) {
    throw InternalError("picture memory: its parts do not fit each other");
  }
  inverse_norms_.reserve(size());
  for (size_t i = 0; i < size(); ++i) {
    inverse_norms_.push_back(inverse_norm(wide_.data() + i * axes_, axes_));
  }
}

PictureMemory::Direction PictureMemory::direction(std::span<const float> projection,
                                                  std::span<const float> pooled) {
  const size_t width = pooled.size(), axes = projection.size() / width;
  std::vector<float> projected(axes);
  float greatest = 0;
  double kept = 0, all = 0;
  for (const float value : pooled) all += double{value} * value;
  for (size_t a = 0; a < axes; ++a) {
    const float* row = projection.data() + a * width;
    float sums[8] = {};  // apart, so that they are summed side by side
    size_t d = 0;
    for (; d + 8 <= width; d += 8) {
      for (size_t k = 0; k < 8; ++k) sums[k] += row[d + k] * pooled[d + k];
    }
    for (; d < width; ++d) sums[0] += row[d] * pooled[d];
    projected[a] = std::accumulate(std::begin(sums), std::end(sums), 0.0F);
    greatest = std::max(greatest, std::abs(projected[a]));
    kept += double{projected[a]} * projected[a];
  }
  Direction direction{.axes = std::vector<std::int8_t>(axes)};
  if (!(greatest > 0) || !std::isfinite(greatest)) return direction;
  direction.kept = std::sqrt(kept / all);
  for (size_t a = 0; a < axes; ++a) {
    direction.axes[a] = static_cast<std::int8_t>(std::lround(projected[a] / greatest * kGreatest));
  }
  return direction;
}

double PictureMemory::Nearest::agreement(SubjectKinds of) const {
  if (kinds.empty()) return 0;
  const auto known = std::ranges::count_if(kinds, [&](SubjectKinds k) { return (k & of) != 0; });
  return static_cast<double>(known) / static_cast<double>(kinds.size());
}

PictureMemory::Nearest PictureMemory::nearest(std::span<const float> pooled) const {
  if (pooled.size() != width()) throw InternalError("picture memory: features of another width");
  const Direction of = direction(projection_, pooled);
  const std::vector<std::int16_t> asked(of.axes.begin(), of.axes.end());
  const float scale = inverse_norm(asked.data(), axes_);
  std::vector<std::pair<float, std::uint32_t>> cosines(size());
  for (size_t i = 0; i < size(); ++i) {
    const auto dot = static_cast<float>(product(asked.data(), wide_.data() + i * axes_, axes_));
    cosines[i] = {dot * scale * inverse_norms_[i], static_cast<std::uint32_t>(i)};
  }
  const size_t count = std::min(kNeighbours, size());
  const auto nearer = [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  };
  const auto end = cosines.begin() + static_cast<std::ptrdiff_t>(count);
  std::nth_element(cosines.begin(), end - 1, cosines.end(), nearer);
  std::sort(cosines.begin(), end, nearer);
  Nearest found;
  for (size_t n = 0; n < count; ++n) {
    found.likeness += of.kept * cosines[n].first / static_cast<double>(count);
    found.kinds.push_back(kinds_[cosines[n].second]);
  }
  return found;
}

}  // namespace storyteller
