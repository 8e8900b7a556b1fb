#include <gtest/gtest.h>

#include "core/error.h"
#include "model/image/decode.h"
#include "tests/model/image/fixtures.h"

namespace storyteller::jpeg_damage_test {
namespace {

using namespace fixtures;

TEST(JpegDamage, DecodesATruncatedTailWithAWarning) {
  const Image picture = smooth_picture(128, 128);
  for (const bool progressive : {false, true}) {
    const Bytes bytes = make_jpeg(picture, {.progressive = progressive});
    const std::span<const std::byte> most(bytes.data(), bytes.size() * 4 / 5);
    ImageWarnings warnings;
    const Image decoded = decode_image(most, "cut.jpg", &warnings);
    ASSERT_EQ(warnings.size(), 1U);
    EXPECT_EQ(warnings[0],
              progressive
                  ? "cut.jpg: the JPEG ends early (truncated): only a coarse version of the "
                    "picture arrived"
                  : "cut.jpg: the JPEG ends early (truncated): its lower 38 % is gray");
    for (int x = 0; x < 128; x += 16) {
      EXPECT_NEAR(decoded.pixel(x, 20).g, picture.pixel(x, 20).g, 12);
    }
    EXPECT_NO_THROW(decode_image(most, "cut.jpg"));  // nobody wants the warning
  }
}

TEST(JpegDamage, TruncatedAnywhereIsEitherDecodedWithAWarningOrRefused) {
  for (const bool progressive : {false, true}) {
    const Bytes bytes = make_jpeg(smooth_picture(70, 50), {.progressive = progressive});
    int decoded = 0;
    for (std::size_t size = 3; size < bytes.size(); ++size) {
      ImageWarnings warnings;
      try {
        const Image image = decode_image(std::span(bytes).first(size), "cut.jpg", &warnings);
        EXPECT_EQ(image.width, 70);
        // Without its end marker alone, it is whole.
        EXPECT_EQ(warnings.size(), size < bytes.size() - 2 ? 1U : 0U) << size;
        ++decoded;
      } catch (const InputError& error) {
        EXPECT_EQ(decoded, 0) << "refused after a shorter one was decoded: " << error.what();
        EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
      }
    }
    EXPECT_GT(decoded, static_cast<int>(bytes.size()) / 3);
  }
}

TEST(JpegDamage, RefusesAHeaderWithoutData) {
  const Bytes bytes = make_jpeg(smooth_picture(128, 128));
  EXPECT_NE(input_error(std::span(bytes).first(300)).find("truncated"), std::string::npos);
  Bytes header_only(bytes.begin(), bytes.begin() + 20);
  EXPECT_NE(input_error(header_only).find("without picture data"), std::string::npos);
}

TEST(JpegDamage, SurvivesDamagedBytesAnywhere) {
  const Bytes good = make_jpeg(smooth_picture(70, 50), {.progressive = true});
  std::uint32_t state = 7;
  for (int trial = 0; trial < 3000; ++trial) {
    Bytes bytes = good;
    for (int k = 0; k < 3; ++k) {
      state = state * 1664525U + 1013904223U;
      bytes[3 + (state >> 8U) % (bytes.size() - 3)] = static_cast<std::byte>(state >> 24U);
    }
    try {
      const Image image = decode_image(bytes, "noise.jpg");
      EXPECT_EQ(image.rgb.size(), std::size_t{3} * image.width * image.height);
    } catch (const InputError& error) {
      EXPECT_EQ(std::string(error.what()).rfind("noise.jpg: ", 0), 0U);
    }
  }
}

Bytes without_end_marker(const Bytes& whole, std::string_view trailer) {
  Bytes bytes(whole.begin(), whole.end() - 2);
  const Bytes more = to_bytes(trailer);
  bytes.insert(bytes.end(), more.begin(), more.end());
  return bytes;
}

TEST(JpegDamage, TakesAWholePictureWhateverFollowsInPlaceOfTheEndMarker) {
  std::string scans;
  for (int i = 0; i < 150; ++i) scans += std::string("\xff\xda\x00\x03z", 5);
  const std::string frame("\xff\xcf\x00\x20", 4);
  const std::string tables("\xff\xc4\x00\x40", 4);
  for (const bool progressive : {false, true}) {
    const Bytes whole = make_jpeg(smooth_picture(70, 50), {.progressive = progressive});
    const Image picture = decode_image(whole, "whole.jpg");
    for (const std::string& trailer :
         {std::string(), scans, frame + std::string(60, 'x'), tables + std::string(90, 'x'),
          std::string("film \xff\x3b film"), std::string("\xff\xd8\xff\xe0\x00\x02", 6)}) {
      ImageWarnings warnings;
      const Bytes bytes = without_end_marker(whole, trailer);
      EXPECT_EQ(decode_image(bytes, "p", &warnings), picture) << trailer;
      EXPECT_TRUE(warnings.empty()) << warnings[0];
    }
  }
}

TEST(JpegDamage, SaysWhatIsMissing) {
  const Image picture = noisy_picture(160, 160);
  const auto warning_after = [&](const Bytes& bytes, double share) {
    ImageWarnings warnings;
    decode_image(
        std::span(bytes).first(static_cast<std::size_t>(static_cast<double>(bytes.size()) * share)),
        "p", &warnings);
    return warnings.empty() ? "" : std::string(text_of(warnings[0], "p"));
  };
  const Bytes baseline = make_jpeg(picture);
  EXPECT_EQ(warning_after(baseline, 0.6),
            "the JPEG ends early (truncated): its lower 50 % is gray");
  EXPECT_EQ(warning_after(baseline, 0.998),
            "the JPEG ends early (truncated): its last row of blocks is incomplete");
  const Bytes progressive = make_jpeg(picture, {.progressive = true});
  EXPECT_NE(warning_after(progressive, 0.018).find("is gray"), std::string::npos);
  EXPECT_NE(warning_after(progressive, 0.9).find("only a coarse version"), std::string::npos);
}

TEST(JpegDamage, IgnoresRestartMarkersThatAreDeclaredAndNotWritten) {
  const Bytes whole = make_jpeg(smooth_picture(70, 50));
  Bytes bytes = whole;
  const Bytes declared = to_bytes(std::string_view("\xff\xdd\x00\x04\x00\x05", 6));
  for (std::size_t i = 2; i + 1 < bytes.size(); ++i) {
    if (bytes[i] != std::byte{0xff} || bytes[i + 1] != std::byte{0xda}) continue;
    bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(i), declared.begin(), declared.end());
    break;
  }
  EXPECT_EQ(decode_image(bytes, "p"), decode_image(whole, "p"));
}

TEST(JpegDamage, DropsTheZerosThatAnUnfinishedCopyEndsIn) {
  Bytes bytes = make_jpeg(noisy_picture(160, 160));
  std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(bytes.size() / 2), bytes.end(),
            std::byte{0});
  ImageWarnings warnings;
  EXPECT_EQ(decode_image(bytes, "p", &warnings).pixel(150, 150), (Rgb{128, 128, 128}));
  EXPECT_EQ(warnings.size(), 1U);
}

}  // namespace
}  // namespace storyteller::jpeg_damage_test
