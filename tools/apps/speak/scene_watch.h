#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "tools/apps/speak/scene_signs.h"

namespace storyteller::speak {

/// When two frames show one scene; see docs/apps/speak.md for what was measured.
struct SceneLimits {
  double luminance = 3;  ///< mean difference below which nothing has changed
  double cosine = 0.62;  ///< of pooled features, from which on it is the same scene
  double unsettled = 6;  ///< s after which a scene that never rests is spoken of all the same
};

/// Decides which frames of a stream show something new. Times are seconds of any clock that does
/// not run backwards.
///
/// A new scene must be seen in two frames: what shows in one alone is the camera's motion. The
/// first frame of all needs no second one.
class SceneWatch {
 public:
  explicit SceneWatch(const SceneLimits& limits = {}) : limits_(limits) {}

  enum class Verdict : std::uint8_t {
    kSame,       ///< as the scene that was spoken of
    kUnsettled,  ///< another, seen once
    kNew,        ///< another, worth a sentence
  };

  /// What the brightness of a frame tells by itself: the verdict on the frame that was looked at
  /// last, where this one is as that. Nothing: its features must be looked at.
  std::optional<Verdict> glance(const Luminance& luminance) const;
  /// Of a frame with these pooled features.
  Verdict look(const Luminance& luminance, const std::vector<float>& pooled, double now);

  /// The scene of that frame was spoken of, or is as good as that.
  void settle(const Luminance& luminance, const std::vector<float>& pooled);
  /// The frame that was looked at last is not spoken of, and what is like it is not looked at.
  void pass_over();

 private:
  SceneLimits limits_;
  struct Seen {
    Luminance luminance;
    Verdict verdict;
  };
  std::optional<Seen> seen_;                        // the frame that was looked at last
  std::optional<std::vector<float>> told_, other_;  // the scene spoken of; another, seen once
  double other_since_ = 0;
};

}  // namespace storyteller::speak
