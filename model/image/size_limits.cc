#include "model/image/size_limits.h"

#include "core/error.h"
#include "model/image/decode.h"

namespace storyteller {

void check_image_size(std::int64_t width, std::int64_t height, const std::string& name) {
  if (width >= 1 && height >= 1 && width <= kMaxImageSide && height <= kMaxImageSide &&
      width * height <= kMaxImagePixels) {
    return;
  }
  throw InputError(name + ": the picture claims " + std::to_string(width) + "x" +
                   std::to_string(height) + " pixels; at most " +
                   std::to_string(kMaxImagePixels / 1'000'000) + " megapixels and " +
                   std::to_string(kMaxImageSide) + " a side are read; make it smaller");
}

}  // namespace storyteller
