#include "model/confidence/signals.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/error.h"

namespace storyteller {

PooledFeatures pooled(std::span<const float> features, size_t regions, size_t width) {
  if (regions == 0 || width == 0 || features.size() != regions * width) {
    throw InternalError("pooled: these are not the features of one picture");
  }
  std::vector<double> sum(width), squares(width);
  for (size_t l = 0; l < regions; ++l) {
    const float* region = features.data() + l * width;
    for (size_t d = 0; d < width; ++d) {
      const double value = region[d];
      sum[d] += value;
      squares[d] += value * value;
    }
  }
  PooledFeatures pooled;
  pooled.mean.resize(width);
  const auto count = static_cast<double>(regions);
  double norm = 0, spread = 0;
  size_t active = 0;
  for (size_t d = 0; d < width; ++d) {
    const double mean = sum[d] / count;
    pooled.mean[d] = static_cast<float>(mean);
    norm += mean * mean;
    spread += std::sqrt(std::max(0.0, squares[d] / count - mean * mean));
    active += mean > kActiveChannel ? 1 : 0;
  }
  pooled.norm = std::sqrt(norm);
  pooled.spread = spread / static_cast<double>(width);
  pooled.active = static_cast<double>(active) / static_cast<double>(width);
  return pooled;
}

double mean_log_probability(const Caption& caption) {
  const size_t tokens = caption.words.size() + (caption.finished ? 1 : 0);
  return caption.log_probability / static_cast<double>(std::max<size_t>(tokens, 1));
}

const double* Signals::find(std::string_view name) const {
  const std::pair<std::string_view, const double*> all[] = {
      {"mean_log_probability", &mean_log_probability},
      {"agreement", &agreement},
      {"likeness", &likeness},
      {"remoteness", &remoteness},
      {"active", &active},
      {"spread", &spread},
      {"norm", &norm}};
  for (const auto& [known, value] : all) {
    if (known == name) return value;
  }
  return nullptr;
}

}  // namespace storyteller
