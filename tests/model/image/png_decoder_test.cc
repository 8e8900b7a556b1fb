#include <gtest/gtest.h>

#include <array>

#include "core/error.h"
#include "model/image/decode.h"
#include "model/image/encode.h"
#include "tests/model/image/fixtures.h"

namespace storyteller::png_decoder_test {
namespace {

using namespace fixtures;

std::uint8_t over_white(double value, double alpha) {
  return static_cast<std::uint8_t>(value * alpha + 255 * (1 - alpha) + 0.5);
}

TEST(PngDecoder, ReturnsThePictureThatWasEncoded) {
  const Image picture = noisy_picture(53, 31);
  EXPECT_EQ(decode_image(encode_png(picture), "p"), picture);
  EXPECT_EQ(decode_image(make_png(53, 31, picture.rgb, {.interlaced = true}), "p"), picture);
}

TEST(PngDecoder, ReadsGrayOfEveryDepth) {
  for (const int depth : {1, 2, 4, 8}) {
    for (const bool interlaced : {false, true}) {
      // Two rows of eight pixels, values 0, 1, 2, ... modulo the number of grays.
      const int levels = 1 << depth;
      std::vector<std::uint8_t> rows(2 * depth, 0);
      for (int i = 0; i < 16; ++i) {
        const int bit = i * depth;
        rows[bit / 8] |= static_cast<std::uint8_t>(i % levels << (8 - depth - bit % 8));
      }
      const Image image = decode_image(
          make_png(
              8, 2, rows,
              {.color_type = PNG_COLOR_TYPE_GRAY, .bit_depth = depth, .interlaced = interlaced}),
          "gray.png");
      for (int i = 0; i < 16; ++i) {
        const auto expected = static_cast<std::uint8_t>(i % levels * 255 / (levels - 1));
        EXPECT_EQ(image.pixel(i % 8, i / 8), (Rgb{expected, expected, expected})) << depth;
      }
    }
  }
}

TEST(PngDecoder, RoundsSixteenBitsToEight) {
  std::vector<std::uint8_t> rows;
  const std::array<int, 6> values{0, 128, 129, 255 * 257, 1000, 33000};
  for (const int value : values) {
    rows.push_back(static_cast<std::uint8_t>(value >> 8));
    rows.push_back(static_cast<std::uint8_t>(value & 255));
  }
  const Image rgb = decode_image(make_png(2, 1, rows, {.bit_depth = 16}), "deep.png");
  const Image gray = decode_image(
      make_png(6, 1, rows, {.color_type = PNG_COLOR_TYPE_GRAY, .bit_depth = 16}), "deep.png");
  for (int i = 0; i < 6; ++i) {
    const int expected = (values[i] * 255 + 32767) / 65535;
    EXPECT_EQ(rgb.rgb[i], expected);
    EXPECT_EQ(gray.pixel(i, 0).g, expected);
  }
}

TEST(PngDecoder, ReadsPalettesWithTransparency) {
  const std::vector<png_color> palette{{255, 0, 0}, {0, 200, 0}, {0, 0, 100}, {9, 9, 9}};
  const std::vector<std::uint8_t> rows{0b00011011, 0b11100100};
  const PngSpec spec{.color_type = PNG_COLOR_TYPE_PALETTE, .bit_depth = 2, .palette = palette};
  const Image opaque = decode_image(make_png(4, 2, rows, spec), "palette.png");
  EXPECT_EQ(opaque.pixel(1, 0), (Rgb{0, 200, 0}));
  EXPECT_EQ(opaque.pixel(0, 1), (Rgb{9, 9, 9}));
  PngSpec with_alpha = spec;
  with_alpha.palette_alpha = {255, 0, 128};
  for (const bool interlaced : {false, true}) {
    with_alpha.interlaced = interlaced;
    const Image image = decode_image(make_png(4, 2, rows, with_alpha), "palette.png");
    EXPECT_EQ(image.pixel(0, 0), (Rgb{255, 0, 0}));
    EXPECT_EQ(image.pixel(1, 0), (Rgb{255, 255, 255}));
    EXPECT_NEAR(image.pixel(2, 0).b, over_white(100, 128 / 255.0), 1);
    EXPECT_EQ(image.pixel(3, 0), (Rgb{9, 9, 9}));
  }
}

TEST(PngDecoder, LaysAlphaOverWhite) {
  for (const int depth : {8, 16}) {
    for (const int type : {PNG_COLOR_TYPE_RGB_ALPHA, PNG_COLOR_TYPE_GRAY_ALPHA}) {
      const int channels = type == PNG_COLOR_TYPE_RGB_ALPHA ? 4 : 2;
      const Image noise = noisy_picture(channels * 8, 3);  // any bytes
      std::vector<std::uint8_t> rows;
      for (int i = 0; i < 8 * 3 * channels; ++i) {
        rows.push_back(noise.rgb[i]);
        if (depth == 16) rows.push_back(noise.rgb[i]);  // v * 257: exactly the same colour
      }
      for (const bool interlaced : {false, true}) {
        const Image image = decode_image(
            make_png(8, 3, rows,
                     {.color_type = type, .bit_depth = depth, .interlaced = interlaced}),
            "glass.png");
        for (int i = 0; i < 8 * 3; ++i) {
          const std::uint8_t* pixel = noise.rgb.data() + i * channels;
          const double alpha = pixel[channels - 1] / 255.0;
          for (int c = 0; c < 3; ++c) {
            EXPECT_NEAR(image.rgb[3 * i + c], over_white(pixel[channels == 4 ? c : 0], alpha), 1)
                << depth << " bits, " << channels << " channels";
          }
        }
      }
    }
  }
}

TEST(PngDecoder, ShowsWhiteForTheTransparentColour) {
  const png_color_16 key{.index = 0, .red = 7, .green = 8, .blue = 9, .gray = 7};
  const std::vector<std::uint8_t> rgb{7, 8, 9, 7, 8, 10};
  const Image image = decode_image(make_png(2, 1, rgb, {.transparent = &key}), "key.png");
  EXPECT_EQ(image.pixel(0, 0), (Rgb{255, 255, 255}));
  EXPECT_EQ(image.pixel(1, 0), (Rgb{7, 8, 10}));
  const std::vector<std::uint8_t> gray{7, 200};
  const Image from_gray = decode_image(
      make_png(2, 1, gray, {.color_type = PNG_COLOR_TYPE_GRAY, .transparent = &key}), "key.png");
  EXPECT_EQ(from_gray.pixel(0, 0), (Rgb{255, 255, 255}));
  EXPECT_EQ(from_gray.pixel(1, 0), (Rgb{200, 200, 200}));
}

TEST(PngDecoder, AppliesTheOrientationOfItsExifChunk) {
  const Image picture = noisy_picture(5, 3);
  Bytes exif = exif_segment(3, true);
  exif.erase(exif.begin(), exif.begin() + 6);
  const Image turned = decode_image(make_png(5, 3, picture.rgb, {.exif = exif}), "p");
  EXPECT_EQ(turned.pixel(0, 0), picture.pixel(4, 2));
}

TEST(PngDecoder, DecodesATruncatedTailWithAWarning) {
  const Image picture = noisy_picture(64, 64);
  const Bytes bytes = encode_png(picture);
  ImageWarnings warnings;
  const Image decoded =
      decode_image(std::span(bytes).first(bytes.size() / 2), "cut.png", &warnings);
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_EQ(
      warnings[0],
      "cut.png: the PNG is truncated or damaged (the file ends early): its lower 52 % is gray");
  EXPECT_EQ(decoded.pixel(10, 10), picture.pixel(10, 10));
  EXPECT_EQ(decoded.pixel(10, 63), (Rgb{128, 128, 128}));
}

TEST(PngDecoder, TruncatedAnywhereIsEitherDecodedWithAWarningOrRefused) {
  for (const bool interlaced : {false, true}) {
    const Bytes bytes = make_png(40, 30, noisy_picture(40, 30).rgb, {.interlaced = interlaced});
    int decoded = 0;
    for (std::size_t size = 8; size < bytes.size(); size += 7) {
      ImageWarnings warnings;
      try {
        decode_image(std::span(bytes).first(size), "cut.png", &warnings);
        EXPECT_EQ(warnings.size(), size < bytes.size() - 20 ? 1U : warnings.size()) << size;
        ++decoded;
      } catch (const InputError&) {
        EXPECT_EQ(decoded, 0);
      }
    }
    EXPECT_GT(decoded, 100);
  }
}

/// Makes the checksum of the first chunk of this type wrong.
Bytes with_wrong_checksum(Bytes bytes, std::string_view type) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const std::size_t at = text.find(type);
  const std::size_t length = png_get_uint_32(reinterpret_cast<png_bytep>(bytes.data() + at - 4));
  bytes[at + 4 + length] ^= std::byte{1};
  return bytes;
}

TEST(PngDecoder, DecodesPictureDataWhoseChecksumIsWrong) {
  for (const bool interlaced : {false, true}) {
    const Image picture = noisy_picture(90, 70);
    const Bytes good = make_png(90, 70, picture.rgb, {.interlaced = interlaced});
    ImageWarnings warnings;
    EXPECT_EQ(decode_image(with_wrong_checksum(good, "IDAT"), "p", &warnings), picture);
    ASSERT_EQ(warnings.size(), 1U);
    EXPECT_NE(warnings[0].find("a checksum of the PNG is wrong"), std::string::npos);
    EXPECT_NE(input_error(with_wrong_checksum(good, "IHDR"), "p").find("CRC"), std::string::npos);
  }
}

TEST(PngDecoder, IsWholeWithoutItsLastChunk) {
  const Image picture = noisy_picture(40, 30);
  const Bytes bytes = encode_png(picture);
  ImageWarnings warnings;
  EXPECT_EQ(decode_image(std::span(bytes).first(bytes.size() - 12), "p", &warnings), picture);
  EXPECT_TRUE(warnings.empty());
}

TEST(PngDecoder, LaysALightDrawingOverBlack) {
  std::vector<std::uint8_t> rgba;
  for (int i = 0; i < 32 * 32; ++i) {
    rgba.insert(rgba.end(), {255, 255, 255, static_cast<std::uint8_t>(i % 32 < 16 ? 255 : 0)});
  }
  const PngSpec alpha{.color_type = PNG_COLOR_TYPE_RGB_ALPHA};
  ImageWarnings warnings;
  const Image image = decode_image(make_png(32, 32, rgba, alpha), "p", &warnings);
  EXPECT_EQ(image.pixel(3, 3), (Rgb{255, 255, 255}));
  EXPECT_EQ(image.pixel(30, 3), (Rgb{0, 0, 0}));
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_NE(warnings[0].find("laid over black"), std::string::npos);

  for (std::size_t i = 3; i < rgba.size(); i += 4) rgba[i] = 0;
  warnings.clear();
  decode_image(make_png(32, 32, rgba, alpha), "p", &warnings);
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_NE(warnings[0].find("transparent all over"), std::string::npos);
}

TEST(PngDecoder, ReducesWhatIsLargerThanTheLimit) {
  const PngSpec gray{.color_type = PNG_COLOR_TYPE_GRAY, .bit_depth = 1};
  const Bytes bytes = make_png(10'000, 8'000, std::vector<std::uint8_t>(10'000'000, 0xaa), gray);
  const Image image = decode_image(bytes, "large.png", nullptr, {.min_side = 2'000});
  EXPECT_EQ(image.width, 2'500);
  EXPECT_EQ(image.height, 2'000);
  EXPECT_EQ(image.pixel(77, 1'999), (Rgb{128, 128, 128}));
}

TEST(PngDecoder, RefusesDamagedHeadersAndHugeSizes) {
  Bytes bytes = encode_png(noisy_picture(8, 8));
  bytes[17] = std::byte{0x7f};  // the width, without its checksum
  EXPECT_EQ(input_error(bytes, "drawing.png"),
            "drawing.png: undecodable PNG (IHDR: CRC error); copy it again, or save it again in a "
            "picture editor");
  const std::vector<std::uint8_t> line(70'000, 0);
  const PngSpec gray{.color_type = PNG_COLOR_TYPE_GRAY};
  EXPECT_NE(input_error(make_png(70'000, 1, line, gray), "p").find("70000x1 pixels"),
            std::string::npos);
}

TEST(PngDecoder, IgnoresACommentThatUnpacksToTooMuch) {
  const Image picture = noisy_picture(9, 9);
  const Bytes bytes =
      make_png(9, 9, picture.rgb, {.comment = std::string(std::size_t{64} << 20, 'a')});
  EXPECT_LT(bytes.size(), 200'000U);
  EXPECT_EQ(decode_image(bytes, "p"), picture);
}

TEST(PngDecoder, SurvivesDamagedBytesAnywhere) {
  const Bytes good = make_png(40, 30, noisy_picture(40, 30).rgb, {.interlaced = true});
  std::uint32_t state = 11;
  for (int trial = 0; trial < 3000; ++trial) {
    Bytes bytes = good;
    state = state * 1664525U + 1013904223U;
    bytes[8 + (state >> 8U) % (bytes.size() - 8)] = static_cast<std::byte>(state >> 24U);
    try {
      decode_image(bytes, "noise.png");
    } catch (const InputError& error) {
      EXPECT_EQ(std::string(error.what()).rfind("noise.png: ", 0), 0U);
    }
  }
}

}  // namespace
}  // namespace storyteller::png_decoder_test
