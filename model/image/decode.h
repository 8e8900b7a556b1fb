#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/image/image.h"

namespace storyteller {

/// What a person should know about pictures that could be decoded: a part of them is missing, there
/// is hardly anything to be seen. One line each, "NAME: TEXT".
using ImageWarnings = std::vector<std::string>;

/// TEXT of a warning about the picture that was decoded as `name`, for JSON.
std::string_view text_of(std::string_view warning, std::string_view name);

/// Limits that hold before anything of the picture's size is allocated, so that a small file cannot
/// ask for much memory or time.
inline constexpr std::int64_t kMaxImagePixels = 64'000'000;
inline constexpr int kMaxImageSide = 65'535;
inline constexpr int kMaxJpegScans = 100;
inline constexpr std::size_t kMaxImageFileBytes = std::size_t{256} << 20;

struct DecodeOptions {
  /// When positive, a JPEG may be decoded at 1/2, 1/4 or 1/8 of its size as long as its shorter
  /// side keeps at least this many pixels: several times faster for large photographs. 0: full
  /// size. PNG has no such shortcut and ignores it.
  int min_side = 0;
};

/// Reads a JPEG or PNG file; the content decides which, never the name. See decode_image.
/// @throws InputError when the file is missing, a directory, empty, too large or not a picture.
/// @throws IoError when reading fails midway.
Image read_image(const std::filesystem::path& path, ImageWarnings* warnings = nullptr,
                 const DecodeOptions& options = {});

/// Decodes a JPEG (grayscale, YCbCr, RGB, CMYK, YCCK; baseline, progressive, arithmetic) or PNG
/// (1 to 16 bits, palette, alpha, interlaced) into upright 8-bit RGB: the EXIF orientation is
/// applied, transparency is laid over white, 16 bits are rounded to 8.
/// A picture whose data end early or are damaged after the first rows is decoded as far as possible
/// and a line is appended to `warnings` (null: nobody wants to know).
/// @param name how errors and warnings call the picture: the file's path, "stdin".
/// @throws InputError, one line: name, cause, fix.
Image decode_image(std::span<const std::byte> bytes, std::string_view name,
                   ImageWarnings* warnings = nullptr, const DecodeOptions& options = {});

}  // namespace storyteller
