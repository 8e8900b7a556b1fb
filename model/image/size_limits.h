#pragma once

#include <cstdint>
#include <string>

namespace storyteller {

/// @throws InputError unless both sides are in [1, kMaxImageSide] and their product is at most
/// kMaxImagePixels. Called before anything of the picture's size is allocated.
void check_image_size(std::int64_t width, std::int64_t height, const std::string& name);

}  // namespace storyteller
