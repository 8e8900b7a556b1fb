#pragma once

#include <cstdint>
#include <string>

namespace storyteller {

/// @throws InputError unless both sides are in [1, kMaxImageSide] and their product is at most
/// `max_pixels`. Called before anything of the picture's size is allocated.
/// @param kind "JPEG", for the message.
void check_image_size(std::int64_t width, std::int64_t height, std::int64_t max_pixels,
                      const char* kind, const std::string& name);

/// @throws InputError for a picture of more than kMaxImagePixels whose file is too short to hold
/// them: `most_pixels_a_byte` is what its compression can do at best. A file that claims a huge
/// picture and brings none must cost neither memory nor time.
void check_bytes_for_pixels(std::int64_t pixels, std::int64_t bytes,
                            std::int64_t most_pixels_a_byte, const std::string& name);

}  // namespace storyteller
