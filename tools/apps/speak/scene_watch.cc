#include "tools/apps/speak/scene_watch.h"

namespace storyteller::speak {

std::optional<SceneWatch::Verdict> SceneWatch::glance(const Luminance& luminance) const {
  if (!seen_ || seen_->verdict == Verdict::kUnsettled) return std::nullopt;
  if (difference(luminance, seen_->luminance) >= limits_.luminance) return std::nullopt;
  return seen_->verdict;
}

SceneWatch::Verdict SceneWatch::look(const Luminance& luminance, const std::vector<float>& pooled,
                                     double now) {
  const auto verdict = [&] {
    if (!told_) return Verdict::kNew;
    if (cosine(pooled, *told_) >= limits_.cosine) {
      other_.reset();
      return Verdict::kSame;
    }
    if (!other_) other_since_ = now;
    const bool agrees = other_ && cosine(pooled, *other_) >= limits_.cosine;
    other_ = pooled;
    return agrees || now - other_since_ >= limits_.unsettled ? Verdict::kNew : Verdict::kUnsettled;
  }();
  seen_ = Seen{luminance, verdict};
  return verdict;
}

void SceneWatch::settle(const Luminance& luminance, const std::vector<float>& pooled) {
  told_ = pooled;
  other_.reset();
  seen_ = Seen{luminance, Verdict::kSame};
}

void SceneWatch::pass_over() {
  other_.reset();
  if (seen_) seen_->verdict = Verdict::kSame;
}

}  // namespace storyteller::speak
