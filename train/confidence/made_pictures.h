#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "model/image/image.h"

namespace storyteller {

/// Kinds of pictures that are no photographs of anything, one after the other: plain, a gradient,
/// noise, a page of text, a chart, a window of a program, an icon, the dark, a blur.
inline constexpr std::size_t kMadeKinds = 9;

/// "plain", "gradient", ...: of made_picture(i).
std::string_view made_kind(std::size_t i);

/// Picture i of an endless series, kind after kind: a pure function of seed and i.
Image made_picture(std::uint64_t seed, std::size_t i);

}  // namespace storyteller
