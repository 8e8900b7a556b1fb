#pragma once

#include <cstddef>
#include <span>

namespace storyteller {

/// What walking over a JPEG's markers tells before any of it is decoded (ITU-T T.81, annex B).
struct JpegLayout {
  int scans = 0;  ///< Start-of-scan markers.
  /// Length of the file without a marker segment that the end of the file cuts off: decoding stops
  /// cleanly there, whereas half a Huffman table would be an error.
  std::size_t complete_bytes = 0;
  std::span<const std::byte> exif;  ///< First EXIF block, from its TIFF header on; or empty.
};

/// Linear in the file's size, at the speed of memchr; stops at the end-of-image marker.
JpegLayout jpeg_layout(std::span<const std::byte> bytes);

}  // namespace storyteller
