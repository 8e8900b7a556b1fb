#include "model/image/size_limits.h"

#include "core/error.h"
#include "core/file_kind/file_kind.h"
#include "model/image/decode.h"

namespace storyteller {

void check_image_size(std::int64_t width, std::int64_t height, std::int64_t max_pixels,
                      const char* kind, const std::string& name) {
  if (width >= 1 && height >= 1 && width <= kMaxImageSide && height <= kMaxImageSide &&
      width * height <= max_pixels) {
    return;
  }
  throw InputError(name + ": the picture claims " + std::to_string(width) + "x" +
                   std::to_string(height) + " pixels; of a " + kind + " at most " +
                   std::to_string(max_pixels / 1'000'000) + " megapixels and " +
                   std::to_string(kMaxImageSide) + " a side are read; " +
                   way_out({.family = FileFamily::kPicture,
                            .remedy = "make it smaller: magick FILE -resize 4000x4000 OUT.jpg"},
                           FileUse::kPicture, name));
}

void check_bytes_for_pixels(std::int64_t pixels, std::int64_t bytes,
                            std::int64_t most_pixels_a_byte, const std::string& name) {
  if (pixels <= kMaxImagePixels || pixels / most_pixels_a_byte <= bytes) return;
  throw InputError(name + ": the picture claims " + std::to_string(pixels / 1'000'000) +
                   " megapixels, and the file of " + std::to_string(bytes) +
                   " bytes cannot hold them; copy or download it again");
}

}  // namespace storyteller
