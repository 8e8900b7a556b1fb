#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "model/image/metadata.h"

namespace storyteller {

/// What walking over a JPEG's markers tells before any of it is decoded (ITU-T T.81, annex B).
struct JpegLayout {
  std::uint8_t process = 0;  ///< Second byte of the first frame marker (SOF): 0xc0 is baseline.
  int precision = 0;         ///< Bits of a sample, as that frame says.
  int components = 0;        ///< 1 of gray, 3 of colours, 4 of CMYK, as that frame says.
  int scans = 0;             ///< Start-of-scan markers that a decoder would take.
  int restarts = 0;          ///< Restart markers.
  /// Length of what can be decoded: without a marker segment that the end of the file cuts off
  /// (half a Huffman table would be an error), without the zeros that an unfinished copy ends in,
  /// and without what follows the picture where its end marker was left out.
  std::size_t complete_bytes = 0;
  PictureMetadata metadata;  ///< Of the segments before the first scan.

  bool progressive() const { return process == 0xc2 || process == 0xca; }
};

/// Linear in the file's size, at the speed of memchr; stops at the end-of-image marker.
JpegLayout jpeg_layout(std::span<const std::byte> bytes);

}  // namespace storyteller
