#include "model/image/image.h"

#include <string>

#include "core/error.h"

namespace storyteller {

Image solid_image(int width, int height, Rgb color) {
  if (width <= 0 || height <= 0) {
    throw InternalError("solid_image: size " + std::to_string(width) + "x" +
                        std::to_string(height) + " is not positive");
  }
  Image image{.width = width, .height = height, .rgb = {}};
  image.rgb.resize(std::size_t{3} * width * height);
  for (std::size_t i = 0; i < image.rgb.size(); i += 3) {
    image.rgb[i] = color.r;
    image.rgb[i + 1] = color.g;
    image.rgb[i + 2] = color.b;
  }
  return image;
}

}  // namespace storyteller
