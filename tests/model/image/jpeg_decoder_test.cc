#include <gtest/gtest.h>

#include "model/image/decode.h"
#include "model/image/encode.h"
#include "model/image/orientation.h"
#include "tests/model/image/fixtures.h"
#include "tests/real_data.h"

namespace storyteller::jpeg_decoder_test {
namespace {

using namespace fixtures;

TEST(JpegDecoder, ReturnsThePictureThatWasEncoded) {
  const Image picture = smooth_picture(97, 61);
  ImageWarnings warnings;
  const Image decoded = decode_image(make_jpeg(picture), "photo.jpg", &warnings);
  EXPECT_LE(max_difference(decoded, picture), 8);
  EXPECT_TRUE(warnings.empty());
}

TEST(JpegDecoder, ReadsEverySmallSize) {
  for (int width = 1; width <= 18; ++width) {
    for (int height = 1; height <= 18; height += 3) {
      const Image picture = smooth_picture(width, height);
      const Image decoded = decode_image(make_jpeg(picture, {.quality = 100}), "photo.jpg");
      EXPECT_EQ(decoded.width, width);
      EXPECT_EQ(decoded.height, height);
    }
  }
}

TEST(JpegDecoder, ReadsProgressiveAndRestartMarkers) {
  const Image picture = smooth_picture(97, 61);
  EXPECT_LE(max_difference(decode_image(make_jpeg(picture, {.progressive = true}), "p"), picture),
            8);
  EXPECT_LE(max_difference(decode_image(make_jpeg(picture, {.restart_interval = 1}), "p"), picture),
            8);
}

TEST(JpegDecoder, TurnsGrayIntoRgb) {
  std::vector<std::uint8_t> gray(40 * 30);
  for (std::size_t i = 0; i < gray.size(); ++i) gray[i] = static_cast<std::uint8_t>(i % 40 * 6);
  const Image decoded = decode_image(
      make_jpeg(40, 30, gray, {.input = JCS_GRAYSCALE, .stored = JCS_GRAYSCALE}), "gray.jpg");
  for (int x = 0; x < 40; ++x) {
    const Rgb pixel = decoded.pixel(x, 15);
    EXPECT_EQ(pixel.r, pixel.g);
    EXPECT_EQ(pixel.g, pixel.b);
    EXPECT_NEAR(pixel.r, x * 6, 4);
  }
}

TEST(JpegDecoder, ReadsStoredRgb) {
  const Image picture = smooth_picture(48, 32);
  const Bytes bytes = make_jpeg(picture, {.stored = JCS_RGB, .adobe_marker = true});
  EXPECT_LE(max_difference(decode_image(bytes, "rgb.jpg"), picture), 8);
}

/// Inks of a picture: c = 255 - r and so on, without black; `inverted` as Adobe stores them.
std::vector<std::uint8_t> inks_of(const Image& picture, bool inverted) {
  std::vector<std::uint8_t> inks;
  for (std::size_t i = 0; i < picture.rgb.size(); i += 3) {
    for (int c = 0; c < 3; ++c) {
      const std::uint8_t light = picture.rgb[i + c];
      inks.push_back(inverted ? light : static_cast<std::uint8_t>(255 - light));
    }
    inks.push_back(inverted ? 255 : 0);
  }
  return inks;
}

TEST(JpegDecoder, ReadsCmykOfAdobeAndOfOthers) {
  const Image picture = smooth_picture(48, 32);
  for (const bool adobe : {true, false}) {
    const Bytes bytes =
        make_jpeg(48, 32, inks_of(picture, adobe),
                  {.input = JCS_CMYK, .stored = JCS_CMYK, .adobe_marker = adobe, .quality = 98});
    EXPECT_LE(max_difference(decode_image(bytes, "cmyk.jpg"), picture), 8) << "adobe " << adobe;
  }
}

TEST(JpegDecoder, ReadsYcck) {
  const Image picture = smooth_picture(48, 32);
  const Bytes bytes =
      make_jpeg(48, 32, inks_of(picture, true),
                {.input = JCS_CMYK, .stored = JCS_YCCK, .adobe_marker = true, .quality = 98});
  EXPECT_LE(max_difference(decode_image(bytes, "ycck.jpg"), picture), 10);
}

TEST(JpegDecoder, BlackInkDarkens) {
  std::vector<std::uint8_t> inks;
  for (int i = 0; i < 16 * 16; ++i) inks.insert(inks.end(), {0, 0, 0, 155});
  const Bytes bytes = make_jpeg(16, 16, inks, {.input = JCS_CMYK, .stored = JCS_CMYK});
  EXPECT_NEAR(decode_image(bytes, "k.jpg").pixel(8, 8).g, 100, 2);
}

/// How a camera held in each of the eight ways stores a picture: the inverse of showing it.
Image stored_as(const Image& upright_picture, int orientation) {
  constexpr int kInverse[] = {0, 1, 2, 3, 4, 5, 8, 7, 6};
  return upright(upright_picture, kInverse[orientation]);
}

TEST(Orientation, MatchesTheDefinitionOnAPictureOfTwoByThree) {
  // EXIF 2.32: what row 0 and column 0 of the stored picture are. Pixels named by number:
  //   upright  1 2 / 3 4 / 5 6
  const std::vector<std::vector<int>> stored = {
      {1, 2, 3, 4, 5, 6},  // 1: top, left
      {2, 1, 4, 3, 6, 5},  // 2: top, right
      {6, 5, 4, 3, 2, 1},  // 3: bottom, right
      {5, 6, 3, 4, 1, 2},  // 4: bottom, left
      {1, 3, 5, 2, 4, 6},  // 5: left, top
      {2, 4, 6, 1, 3, 5},  // 6: right, top
      {6, 4, 2, 5, 3, 1},  // 7: right, bottom
      {5, 3, 1, 6, 4, 2},  // 8: left, bottom
  };
  for (int orientation = 1; orientation <= 8; ++orientation) {
    const bool turned = orientation >= 5;
    Image image{.width = turned ? 3 : 2, .height = turned ? 2 : 3, .rgb = {}};
    for (const int value : stored[orientation - 1]) {
      image.rgb.insert(image.rgb.end(), 3, static_cast<std::uint8_t>(value));
    }
    const Image shown = upright(image, orientation);
    ASSERT_EQ(shown.width, 2) << orientation;
    for (int i = 0; i < 6; ++i) EXPECT_EQ(shown.rgb[3 * i], i + 1) << orientation;
  }
}

TEST(JpegDecoder, AppliesTheEightOrientationsInBothByteOrders) {
  const Image picture = smooth_picture(64, 40);
  for (int orientation = 1; orientation <= 8; ++orientation) {
    for (const bool little : {true, false}) {
      const Bytes bytes =
          make_jpeg(stored_as(picture, orientation), {.app1 = exif_segment(orientation, little)});
      EXPECT_LE(max_difference(decode_image(bytes, "camera.jpg"), picture), 8) << orientation;
    }
  }
}

TEST(JpegDecoder, IgnoresDamagedExif) {
  const Image picture = smooth_picture(64, 40);
  for (const int orientation : {0, 9, 255}) {
    const Bytes bytes = make_jpeg(picture, {.app1 = exif_segment(orientation, true)});
    EXPECT_LE(max_difference(decode_image(bytes, "p"), picture), 8);
  }
  const Bytes whole = exif_segment(6, false);
  for (std::size_t size = 1; size < whole.size() - 6; ++size) {  // the value itself cut off
    const Bytes bytes = make_jpeg(picture, {.app1 = Bytes(whole.begin(), whole.begin() + size)});
    EXPECT_EQ(decode_image(bytes, "p").height > 0, true);
  }
}

TEST(JpegDecoder, ScalesDownButNeverBelowTheMinimalSide) {
  const Image picture = smooth_picture(640, 480);
  const Bytes bytes = make_jpeg(picture);
  const auto height_for = [&](int min_side) {
    return decode_image(bytes, "p", nullptr, {.min_side = min_side}).height;
  };
  EXPECT_EQ(height_for(0), 480);
  EXPECT_EQ(height_for(481), 480);
  EXPECT_EQ(height_for(480), 480);
  EXPECT_EQ(height_for(241), 480);
  EXPECT_EQ(height_for(240), 240);
  EXPECT_EQ(height_for(120), 120);
  EXPECT_EQ(height_for(60), 60);
  EXPECT_EQ(height_for(1), 60);
  const Image quarter = decode_image(bytes, "p", nullptr, {.min_side = 100});
  EXPECT_LE(max_difference(quarter, smooth_picture(160, 120)), 8);
}

TEST(JpegDecoder, RefusesALargePictureWithDataForASmallOne) {
  for (const bool progressive : {false, true}) {
    Bytes bytes = make_jpeg(smooth_picture(64, 64), {.progressive = progressive});
    const std::byte frame = progressive ? std::byte{0xc2} : std::byte{0xc0};
    for (std::size_t i = 0; i + 9 < bytes.size(); ++i) {
      if (bytes[i] != std::byte{0xff} || bytes[i + 1] != frame) continue;
      bytes[i + 5] = bytes[i + 7] = std::byte{0x1f};  // 8,000 x 8,000
      bytes[i + 6] = bytes[i + 8] = std::byte{0x40};
      break;
    }
    EXPECT_NE(input_error(bytes).find("ends before the picture begins"), std::string::npos);
  }
}

TEST(JpegDecoder, PrintsNothingOnStderr) {
  const Bytes bytes = make_jpeg(smooth_picture(70, 50));
  testing::internal::CaptureStderr();
  decode_image(std::span(bytes).first(bytes.size() - 200), "cut.jpg");
  input_error(std::span(bytes).first(200));
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(JpegDecoder, RefusesMoreThanAHundredScans) {
  std::vector<std::uint8_t> gray(64 * 64, 77);
  const auto with_scans = [&](int scans) {
    return make_jpeg(64, 64, gray,
                     {.input = JCS_GRAYSCALE, .stored = JCS_GRAYSCALE, .dc_scans = scans});
  };
  EXPECT_EQ(input_error(with_scans(100)), "");
  EXPECT_EQ(input_error(with_scans(101)),
            "photo.jpg: JPEG with 101 scans, more than 100 allowed; save it as a baseline JPEG: "
            "jpegtran -outfile photo-converted.jpg photo.jpg");
}

TEST(JpegDecoder, RefusesTooManyPixelsBeforeAllocating) {
  Bytes bytes = make_jpeg(smooth_picture(16, 16));
  for (std::size_t i = 0; i + 9 < bytes.size(); ++i) {
    if (bytes[i] != std::byte{0xff} || bytes[i + 1] != std::byte{0xc0}) continue;
    for (int k = 5; k < 9; ++k) bytes[i + k] = std::byte{0xf0};  // 61,680 x 61,680
    break;
  }
  EXPECT_EQ(input_error(bytes), "photo.jpg: the picture claims 3804 megapixels, and the file of " +
                                    std::to_string(bytes.size()) +
                                    " bytes cannot hold them; copy or download it again");
}

TEST(JpegDecoder, NamesKindsThatItDoesNotDecode) {
  const auto with_frame = [](std::uint8_t marker, std::uint8_t precision) {
    Bytes bytes = make_jpeg(smooth_picture(16, 16));
    for (std::size_t i = 2; i + 4 < bytes.size(); ++i) {
      if (bytes[i] != std::byte{0xff} || bytes[i + 1] != std::byte{0xc0}) continue;
      bytes[i + 1] = std::byte{marker};
      bytes[i + 4] = std::byte{precision};
      break;
    }
    return input_error(bytes);
  };
  EXPECT_NE(with_frame(0xc1, 12).find("12 bits"), std::string::npos);
  EXPECT_NE(with_frame(0xc3, 8).find("a lossless JPEG"), std::string::npos);
  EXPECT_NE(with_frame(0xf7, 8).find("a JPEG-LS picture"), std::string::npos);
  EXPECT_NE(with_frame(0xc5, 8).find("a hierarchical JPEG"), std::string::npos);
}

TEST(JpegDecoder, ReducesWhatIsLargerThanTheLimit) {
  const Bytes bytes = make_jpeg(10'000, 8'000, std::vector<std::uint8_t>(80'000'000, 90),
                                {.input = JCS_GRAYSCALE, .stored = JCS_GRAYSCALE});
  const Image image = decode_image(bytes, "large.jpg");
  EXPECT_EQ(image.width, 5'000);
  EXPECT_NEAR(image.pixel(4'999, 3'999).g, 90, 2);
}

TEST(JpegDecoder, ReadsRealPhotographs) {
  STORYTELLER_REQUIRE_DATA(photos, "photos");
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(photos)) {
    if (entry.path().extension() != ".jpg") continue;
    ImageWarnings warnings;
    const Image full = read_image(entry.path(), &warnings);
    const Image small = read_image(entry.path(), nullptr, {.min_side = 100});
    EXPECT_TRUE(warnings.empty());
    EXPECT_GE(std::min(small.width, small.height), 100);
    EXPECT_GT(full.width, small.width);
    ++count;
  }
  EXPECT_GT(count, 0);
}

}  // namespace
}  // namespace storyteller::jpeg_decoder_test
