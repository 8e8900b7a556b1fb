#pragma once

// Pictures and files for the tests, made by libjpeg and libpng themselves.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <jpeglib.h>
#include <png.h>
#include <unistd.h>

#include "core/error.h"
#include "model/image/decode.h"
#include "model/image/image.h"

namespace storyteller::fixtures {

using Bytes = std::vector<std::byte>;

/// Smooth in both directions and different in every corner: survives JPEG, shows wrong turns.
inline Image smooth_picture(int width, int height) {
  Image image = solid_image(width, height, {});
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      std::uint8_t* p = image.row(y) + std::ptrdiff_t{3} * x;
      p[0] = static_cast<std::uint8_t>(20 + 200 * x / width);
      p[1] = static_cast<std::uint8_t>(30 + 180 * y / height);
      p[2] = static_cast<std::uint8_t>(210 - 150 * (x + y) / (width + height));
    }
  }
  return image;
}

/// Every pixel of its own: shows mixed up positions.
inline Image noisy_picture(int width, int height) {
  Image image = solid_image(width, height, {});
  std::uint32_t state = 12345;
  for (std::uint8_t& value : image.rgb) {
    state = state * 1664525U + 1013904223U;
    value = static_cast<std::uint8_t>(state >> 24U);
  }
  return image;
}

/// Greatest difference of a channel anywhere; 256 if the sizes differ.
inline int max_difference(const Image& a, const Image& b) {
  if (a.width != b.width || a.height != b.height) return 256;
  int most = 0;
  for (std::size_t i = 0; i < a.rgb.size(); ++i)
    most = std::max(most, std::abs(a.rgb[i] - b.rgb[i]));
  return most;
}

struct JpegSpec {
  J_COLOR_SPACE input = JCS_RGB;  ///< Meaning of the samples given.
  J_COLOR_SPACE stored = JCS_YCbCr;
  bool progressive = false;
  bool adobe_marker = false;  ///< Only matters for inks; libjpeg writes it for JCS_CMYK.
  int quality = 95;
  int restart_interval = 0;           ///< In MCU rows.
  Bytes app1 = {};                    ///< Contents of an APP1 segment.
  std::string profile = {};           ///< ICC profile.
  std::size_t profile_part = 60'000;  ///< Bytes of it in a segment.
  int dc_scans = 0;                   ///< When positive: that many scans in all, most of them tiny.
};

/// @param samples (height, width, components of `spec.input`)
inline Bytes make_jpeg(int width, int height, std::span<const std::uint8_t> samples,
                       const JpegSpec& spec = {}) {
  jpeg_compress_struct info{};
  jpeg_error_mgr errors{};
  info.err = jpeg_std_error(&errors);
  jpeg_create_compress(&info);
  unsigned char* buffer = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&info, &buffer, &size);
  info.image_width = static_cast<JDIMENSION>(width);
  info.image_height = static_cast<JDIMENSION>(height);
  info.in_color_space = spec.input;
  info.input_components = spec.input == JCS_GRAYSCALE ? 1 : spec.input == JCS_CMYK ? 4 : 3;
  jpeg_set_defaults(&info);
  jpeg_set_colorspace(&info, spec.stored);
  jpeg_set_quality(&info, spec.quality, TRUE);
  info.write_Adobe_marker = spec.adobe_marker ? TRUE : FALSE;
  info.restart_in_rows = spec.restart_interval;
  if (spec.progressive) jpeg_simple_progression(&info);
  std::vector<jpeg_scan_info> scans;
  if (spec.dc_scans > 0) {
    // Grayscale: the mean of each block, then the other coefficients one at a time, in rounds.
    scans.push_back(
        {.comps_in_scan = 1, .component_index = {0}, .Ss = 0, .Se = 0, .Ah = 0, .Al = 0});
    for (int i = 1; i < spec.dc_scans; ++i) {
      const int k = (i - 1) % 63 + 1;
      const int round = (i - 1) / 63;
      scans.push_back({.comps_in_scan = 1,
                       .component_index = {0},
                       .Ss = k,
                       .Se = k,
                       .Ah = round == 0 ? 0 : 4 - round,
                       .Al = 3 - round});
    }
    info.scan_info = scans.data();
    info.num_scans = static_cast<int>(scans.size());
  }
  jpeg_start_compress(&info, TRUE);
  if (!spec.app1.empty()) {
    jpeg_write_marker(&info, JPEG_APP0 + 1, reinterpret_cast<const JOCTET*>(spec.app1.data()),
                      static_cast<unsigned>(spec.app1.size()));
  }
  const std::size_t parts = (spec.profile.size() + spec.profile_part - 1) / spec.profile_part;
  for (std::size_t i = parts; i-- > 0;) {  // the last first: their order must not matter
    std::string segment("ICC_PROFILE\0", 12);
    segment += static_cast<char>(i + 1);
    segment += static_cast<char>(parts);
    segment += spec.profile.substr(i * spec.profile_part, spec.profile_part);
    jpeg_write_marker(&info, JPEG_APP0 + 2, reinterpret_cast<const JOCTET*>(segment.data()),
                      static_cast<unsigned>(segment.size()));
  }
  const std::size_t stride = std::size_t{1} * width * info.input_components;
  while (info.next_scanline < info.image_height) {
    auto* row = const_cast<JSAMPROW>(samples.data() + stride * info.next_scanline);
    jpeg_write_scanlines(&info, &row, 1);
  }
  jpeg_finish_compress(&info);
  const auto* begin = reinterpret_cast<const std::byte*>(buffer);
  Bytes bytes(begin, begin + size);
  jpeg_destroy_compress(&info);
  std::free(buffer);
  return bytes;
}

inline Bytes make_jpeg(const Image& image, const JpegSpec& spec = {}) {
  return make_jpeg(image.width, image.height, image.rgb, spec);
}

inline Bytes to_bytes(std::string_view text) {
  const auto* begin = reinterpret_cast<const std::byte*>(text.data());
  return {begin, begin + text.size()};
}

/// A TIFF block with one entry, the orientation, of a TIFF type: 3 SHORT, 4 LONG and so on.
inline std::string tiff_orientation(unsigned value, bool little_endian, unsigned type = 3,
                                    unsigned count = 1) {
  const auto number = [&](unsigned n, unsigned bytes) {
    std::string out;
    for (unsigned i = 0; i < bytes; ++i) {
      out += static_cast<char>(n >> 8 * (little_endian ? i : bytes - 1 - i));
    }
    return out;
  };
  const bool one_byte = type == 1 || type == 6 || type == 7;
  const unsigned size = one_byte ? 1 : type == 3 || type == 8 ? 2 : 4;
  std::string text(little_endian ? "II" : "MM");
  text += number(42, 2) + number(8, 4) + number(1, 2) + number(0x112, 2) + number(type, 2);
  text += number(count, 4) + number(value, size);
  text.append(8 - size, '\0');  // the rest of the value, then no next directory
  return text;
}

/// The contents of an APP1 segment that says nothing but the orientation.
inline Bytes exif_segment(unsigned orientation, bool little_endian) {
  std::string text("Exif\0\0", 6);
  text += tiff_orientation(orientation, little_endian);
  return to_bytes(text);
}

struct PngSpec {
  int color_type = PNG_COLOR_TYPE_RGB;
  int bit_depth = 8;
  bool interlaced = false;
  std::vector<png_color> palette = {};
  std::vector<png_byte> palette_alpha = {};
  const png_color_16* transparent = nullptr;  ///< The colour that stands for "nothing" (tRNS).
  Bytes exif = {};                            ///< eXIf chunk.
  std::string comment = {};                   ///< zTXt chunk.
  std::string comment_key = "Comment";
  std::string profile = {};  ///< ICC profile.
};

/// @param rows (height, bytes of a row as PNG stores it: 16-bit samples big-endian, bits packed)
inline Bytes make_png(int width, int height, std::span<const std::uint8_t> rows,
                      const PngSpec& spec = {}) {
  Bytes bytes;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  png_set_write_fn(
      png, &bytes,
      [](png_structp writer, png_bytep data, std::size_t size) {
        auto* out = static_cast<Bytes*>(png_get_io_ptr(writer));
        const auto* begin = reinterpret_cast<const std::byte*>(data);
        out->insert(out->end(), begin, begin + size);
      },
      [](png_structp) {});
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_IHDR(png, info, static_cast<png_uint_32>(width), static_cast<png_uint_32>(height),
               spec.bit_depth, spec.color_type,
               spec.interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  if (!spec.palette.empty()) {
    png_set_PLTE(png, info, spec.palette.data(), static_cast<int>(spec.palette.size()));
  }
  if (!spec.palette_alpha.empty() || spec.transparent != nullptr) {
    png_set_tRNS(png, info, spec.palette_alpha.empty() ? nullptr : spec.palette_alpha.data(),
                 static_cast<int>(spec.palette_alpha.size()), spec.transparent);
  }
  if (!spec.exif.empty()) {
    png_set_eXIf_1(png, info, static_cast<png_uint_32>(spec.exif.size()),
                   reinterpret_cast<png_bytep>(const_cast<std::byte*>(spec.exif.data())));
  }
  if (!spec.comment.empty()) {
    png_text text{};
    text.compression = PNG_TEXT_COMPRESSION_zTXt;
    text.key = const_cast<char*>(spec.comment_key.c_str());
    text.text = const_cast<char*>(spec.comment.c_str());
    text.text_length = spec.comment.size();
    png_set_text(png, info, &text, 1);
  }
  if (!spec.profile.empty()) {
    png_set_iCCP(png, info, "test", PNG_COMPRESSION_TYPE_BASE,
                 reinterpret_cast<png_const_bytep>(spec.profile.data()),
                 static_cast<png_uint_32>(spec.profile.size()));
  }
  png_write_info(png, info);
  const std::size_t stride = rows.size() / static_cast<std::size_t>(height);
  std::vector<png_bytep> pointers;
  for (int y = 0; y < height; ++y) {
    pointers.push_back(const_cast<png_bytep>(rows.data() + stride * y));
  }
  png_write_image(png, pointers.data());
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
  return bytes;
}

/// Why these bytes, called `name`, are no picture; "" where they are one.
inline std::string input_error(std::span<const std::byte> bytes,
                               std::string_view name = "photo.jpg") {
  try {
    decode_image(bytes, name);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

/// Returns the path.
inline std::filesystem::path write_bytes(const std::filesystem::path& path,
                                         std::span<const std::byte> bytes) {
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  return path;
}

}  // namespace storyteller::fixtures
