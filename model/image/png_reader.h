#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "model/image/decode.h"
#include "model/image/metadata.h"
#include "model/image/png_errors.h"

namespace storyteller {

/// How a PNG is read.
struct PngReading {
  /// Checksums of picture data are ignored: a wrong one does not say which bytes are wrong.
  bool lenient = false;
  std::uint8_t background = 255;  ///< Under transparency: gray of this level.
  int min_side = 0;               ///< DecodeOptions::min_side, above kMaxImagePixels.
};

/// What came of it.
struct PngPicture {
  Image image;
  bool transparent = false;  ///< Has an alpha channel or a transparent colour.
  int passes = 1;            ///< Of an interlaced picture 7.
  int passes_done = 0;       ///< Whole ones.
  int rows_done = 0;         ///< Of the pass that broke off; of the height.
  int rows = 0;              ///< The height.
  std::string message;       ///< libpng's, where it broke off.
  PictureMetadata metadata;

  bool complete() const { return passes_done == passes; }
  bool started() const { return passes_done > 0 || rows_done > 0; }
};

/// Reads one PNG with libpng, as far as it goes.
/// @throws InputError where not even its header can be read, or it is too large.
PngPicture read_png(std::span<const std::byte> bytes, const std::string& name,
                    const PngReading& reading);

/// "undecodable PNG (...)" for a picture that did not start.
[[noreturn]] void fail_png(const std::string& name, const std::string& message);

}  // namespace storyteller
