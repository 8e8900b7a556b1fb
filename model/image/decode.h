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

/// Which pixels decode_image makes of the same bytes: greater whenever they change for some
/// pictures, so that what was computed from the former ones is known to be stale.
inline constexpr int kDecoderVersion = 2;

/// Limits that hold before anything of the picture's size is allocated, so that a small file cannot
/// ask for much memory or time. A picture of more than kMaxImagePixels is reduced while it is
/// decoded (a JPEG to 1/2, 1/4 or 1/8, a PNG by whole factors), and needs as many bytes as its
/// compression must take for it at the very least.
inline constexpr std::int64_t kMaxImagePixels = 64'000'000;
inline constexpr std::int64_t kMaxJpegPixels = 64 * kMaxImagePixels;
inline constexpr std::int64_t kMaxPngPixels = 4 * kMaxImagePixels;  ///< Not of an interlaced one.
inline constexpr int kMaxImageSide = 65'535;
inline constexpr int kMaxJpegScans = 100;
/// What a JPEG of several scans makes libjpeg keep: 200 megapixels with colours at half size.
inline constexpr std::int64_t kMaxJpegCoefficientBytes = 640'000'000;
inline constexpr std::size_t kMaxImageFileBytes = std::size_t{256} << 20;

struct DecodeOptions {
  /// When positive, a JPEG may be decoded at 1/2, 1/4 or 1/8 of its size as long as its shorter
  /// side keeps at least this many pixels: several times faster for large photographs. 0: full
  /// size. PNG has no such shortcut and ignores it up to kMaxImagePixels.
  int min_side = 0;
  /// Also warn of pictures in which there is hardly anything to be seen: of a single colour, of a
  /// few pixels, thin as a line.
  bool note_blank = false;
};

/// Reads a JPEG or PNG file; the content decides which, never the name. See decode_image.
/// @throws InputError when the file is missing, a directory, empty, too large or not a picture.
/// @throws IoError when reading fails midway.
Image read_image(const std::filesystem::path& path, ImageWarnings* warnings = nullptr,
                 const DecodeOptions& options = {});

/// Decodes a JPEG (grayscale, YCbCr, RGB, CMYK, YCCK; baseline, progressive, arithmetic) or PNG
/// (1 to 16 bits, palette, alpha, interlaced) into upright 8-bit sRGB: the orientation that EXIF or
/// XMP tells and an ICC profile of RGB primaries are applied, transparency is laid over white (over
/// black where nothing can be seen on white), 16 bits are rounded to 8.
/// A picture whose data end early or are damaged after the first rows is decoded as far as possible
/// and a line is appended to `warnings` (null: nobody wants to know).
/// @param name how errors and warnings call the picture: the file's path, "stdin".
/// @throws InputError, one line: name, cause, fix.
Image decode_image(std::span<const std::byte> bytes, std::string_view name,
                   ImageWarnings* warnings = nullptr, const DecodeOptions& options = {});

}  // namespace storyteller
