#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "model/image/image.h"

namespace storyteller {

/// From the colours of an RGB profile of three primaries and three tone curves (ICC.1:2022, 8.4.3:
/// Display P3, Adobe RGB, ProPhoto and what screens are measured as) into sRGB, relative
/// colorimetric; colours that sRGB lacks become its nearest by channel.
class ColorTransform {
 public:
  /// Nothing where there is nothing to do: no profile, sRGB but for rounding, a profile of another
  /// kind (gray, CMYK, tables) or a damaged one. Never throws.
  static std::optional<ColorTransform> to_srgb(std::string_view profile);

  /// Every pixel of `image`, in place.
  void apply(Image* image) const;
  Rgb apply(Rgb color) const;

 private:
  using Curve = std::array<float, 256>;
  ColorTransform(const std::array<Curve, 3>& curves, const std::array<float, 9>& matrix);
  bool changes_nothing() const;

  std::array<Curve, 3> curves_;         ///< byte to light, red, green and blue
  std::array<float, 9> matrix_;         ///< (3, 3) light of the profile to light of sRGB
  std::vector<std::uint8_t> encoding_;  ///< light in [0, 1] to byte
};

}  // namespace storyteller
