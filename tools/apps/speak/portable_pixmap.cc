#include "tools/apps/speak/portable_pixmap.h"

#include <algorithm>
#include <cstdint>

#include "core/error.h"
#include "model/image/decode.h"
#include "model/image/size_limits.h"
#include "tools/apps/speak/frame_walk.h"

namespace storyteller::speak {

Image decode_pixmap(std::span<const std::byte> bytes, const std::string& name) {
  const FrameWindow window{.bytes = bytes};
  PixmapHeader header;
  const bool begins = bytes.size() > 2 && window[0] == 'P' && window[1] == '6';
  if (!begins || read_pixmap_header(window, header) != FrameStep::State::kComplete) {
    throw InputError(name + ": not a PPM picture (P6)");
  }
  check_image_size(header.width, header.height, kMaxImagePixels, "PPM", name);
  if (bytes.size() < header.frame_bytes()) throw InputError(name + ": the PPM picture is cut off");
  Image image{.width = header.width, .height = header.height, .rgb = {}};
  const std::size_t values =
      std::size_t{3} * static_cast<unsigned>(image.width) * static_cast<unsigned>(image.height);
  image.rgb.resize(values);
  const auto largest = static_cast<unsigned>(header.largest);
  const unsigned wide = largest > 255 ? 2 : 1;
  for (std::size_t i = 0; i < values; ++i) {
    const std::uint64_t at = header.size + i * wide;
    const auto value = static_cast<unsigned>(window.big_endian(at, static_cast<int>(wide)));
    image.rgb[i] =
        static_cast<std::uint8_t>((std::min(value, largest) * 255 + largest / 2) / largest);
  }
  return image;
}

}  // namespace storyteller::speak
