// Streams of pictures, whole and spoilt: what is handed out, and what of the rest is counted.
#include "tools/apps/speak/frame_splitter.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "model/image/decode.h"
#include "tests/model/image/fixtures.h"
#include "tests/temporary_folder.h"
#include "tools/apps/speak/portable_pixmap.h"

namespace storyteller::speak::frame_splitter_test {
namespace {

using namespace std::string_literals;
using Bytes = std::string;

Bytes text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Bytes jpeg(int seed = 1) {
  return text_of(fixtures::make_jpeg(fixtures::smooth_picture(40 + seed, 30)));
}
Bytes png(int width = 24, int height = 16) {
  return text_of(fixtures::make_png(width, height, fixtures::smooth_picture(width, height).rgb));
}
Bytes pixmap() { return "P6\n# a comment\n2 2\n255\n" + Bytes("abcdefghijkl"); }

/// A segment of a JPEG.
Bytes segment(char mark, const Bytes& payload) {
  const size_t length = payload.size() + 2;
  return Bytes("\xFF") + mark + static_cast<char>(length >> 8) + static_cast<char>(length & 0xFF) +
         payload;
}
/// A JPEG as far as markers go: a frame of w x h, a scan with `data`.
Bytes marked(int w, int h, const Bytes& data, const Bytes& in_front = "") {
  const auto two = [](int n) {
    return Bytes{static_cast<char>(n >> 8), static_cast<char>(n & 0xFF)};
  };
  return "\xFF\xD8" + in_front + segment('\xC0', "\x08" + two(h) + two(w) + "\x01\x01\x11\x00"s) +
         segment('\xDA', "\x01\x01\x00\x00\x3F\x00"s) + data + "\xFF\xD9";
}

struct Split {
  std::vector<Bytes> frames;
  std::vector<FrameKind> kinds;
  StreamCounts counts;
};

Split split(const Bytes& stream, size_t block = 7, const FrameLimits& limits = {}) {
  Split split;
  FrameSplitter splitter(
      [&](FrameKind kind, std::span<const std::byte> bytes) {
        split.kinds.push_back(kind);
        split.frames.push_back(text_of(bytes));
      },
      limits);
  const auto bytes = std::as_bytes(std::span(stream));
  for (size_t at = 0; at < bytes.size(); at += block) {
    splitter.push(bytes.subspan(at, std::min(block, bytes.size() - at)));
  }
  splitter.finish();
  split.counts = splitter.counts();
  return split;
}

using Frames = std::vector<Bytes>;

TEST(FrameSplitter, TellsKindsApartByTheirFirstBytes) {
  for (const size_t block : {1U, 7U, 64U, 100000U}) {
    const Split whole = split(jpeg() + png() + pixmap() + jpeg(2), block);
    EXPECT_EQ(whole.frames, (Frames{jpeg(), png(), pixmap(), jpeg(2)})) << block;
    EXPECT_EQ(whole.kinds, (std::vector{FrameKind::kJpeg, FrameKind::kPng, FrameKind::kPixmap,
                                        FrameKind::kJpeg}));
    EXPECT_EQ(whole.counts.broken, 0U);
    EXPECT_EQ(whole.counts.foreign, 0U);
  }
}

TEST(FrameSplitter, StepsOverTheEndOfAThumbnail) {
  const Bytes with = marked(8, 8, "data", segment('\xE1', "Exif" + marked(2, 2, "small")));
  EXPECT_EQ(split(with + jpeg()).frames, (Frames{with, jpeg()}));
}

TEST(FrameSplitter, ReadsStuffedBytesAndRestartMarksAsData) {
  const Bytes frame = marked(8, 8, "a\xFF\x00\xD9z\xFF\xD0q\xFF\xD7\xFF\xFF\x00"s);
  EXPECT_EQ(split(frame + jpeg()).frames, (Frames{frame, jpeg()}));
}

TEST(FrameSplitter, FollowsSeveralScans) {
  const Image picture = fixtures::smooth_picture(64, 48);
  const Bytes progressive = text_of(fixtures::make_jpeg(picture, {.progressive = true}));
  EXPECT_EQ(split(progressive + progressive, 11).frames, (Frames{progressive, progressive}));
}

TEST(FrameSplitter, FindsTheFrameBehindOneThatIsCutOff) {
  for (const Bytes& first : {jpeg(), png()}) {
    for (const size_t cut : {first.size() / 4, first.size() / 2, first.size() * 3 / 4}) {
      const Split found = split(first.substr(0, cut) + jpeg(3) + jpeg(4) + png());
      ASSERT_FALSE(found.frames.empty()) << cut;
      EXPECT_EQ(found.frames.back(), png()) << cut;
      EXPECT_GE(found.frames.size(), 2U) << cut;
      EXPECT_GE(found.counts.broken, 1U) << cut;
    }
  }
}

TEST(FrameSplitter, FindsTheFrameBehindOneWithoutItsEnd) {
  const Bytes first = jpeg();
  EXPECT_EQ(split(first.substr(0, first.size() - 1) + jpeg(3)).frames, Frames{jpeg(3)});
  EXPECT_EQ(split(first.substr(0, first.size() - 2) + jpeg(3)).frames, Frames{jpeg(3)});
}

TEST(FrameSplitter, FindsAFrameThatABrokenLengthHides) {
  // The comment claims more bytes than there are: the next frame lies in it.
  const Bytes lie = "\xFF\xD8\xFF\xFE\xFF\xF0 short";
  const Split found = split(lie + jpeg());
  EXPECT_EQ(found.frames, Frames{jpeg()});
  EXPECT_EQ(found.counts.broken, 1U);
}

TEST(FrameSplitter, DropsWhatIsCutOffAtTheEnd) {
  const Split found = split(jpeg() + jpeg(2).substr(0, 200));
  EXPECT_EQ(found.frames, Frames{jpeg()});
  EXPECT_EQ(found.counts.broken, 1U);
  EXPECT_EQ(split(pixmap().substr(0, 30)).frames, Frames{});
}

TEST(FrameSplitter, PassesOverWhatIsBetweenFrames) {
  const Bytes noise = "HTTP/1.1 200 OK\r\n--boundary P6x \x89PNX \xFF\xD8 ";
  const Split found = split(noise + jpeg() + noise + png() + noise);
  EXPECT_EQ(found.frames, (Frames{jpeg(), png()}));
  EXPECT_GT(found.counts.foreign, 80U);
  EXPECT_EQ(split("").counts.foreign, 0U);
  EXPECT_EQ(split("no picture at all").counts.frames, 0U);
}

TEST(FrameSplitter, DropsFramesAboveTheLimits) {
  const FrameLimits limits{.bytes = 1000, .pixels = 100 * 100};
  const Bytes long_one = marked(50, 50, Bytes(5000, 'x')), wide = marked(200, 60, "x");
  const Bytes small = marked(50, 50, "x");
  const Bytes huge_png = png(150, 150);
  const Bytes huge_pixmap = "P6 60 60 255\n" + Bytes(60 * 60 * 3, 'y');
  for (const Bytes& large : {long_one, wide, huge_png, huge_pixmap}) {
    const Split found = split(small + large + small, 64, limits);
    EXPECT_EQ(found.frames, (Frames{small, small}));
    EXPECT_EQ(found.counts.too_large, 1U);
    EXPECT_EQ(found.counts.broken, 0U);
  }
}

TEST(FrameSplitter, RefusesHeadersThatAreNone) {
  for (const Bytes& bad :
       {"P6\n0 5\n255\n"s, "P6 5 5 70000\n"s, "P6 99999999999 1 255\n"s, "P6 5 5 255x"s,
        "P6 -1 5 255\n"s, "P6" + Bytes(2000, ' '), "\x89PNG\r\n\x1a\n\x00\x00\x00\x0dXHDR1234"s,
        "\xFF\xD8\xFF\xD9"s, "\xFF\xD8\xFF\xE0\x00\x01"s, "\xFF\xD8\xFF\x00"s}) {
    const Split found = split(bad + jpeg());
    EXPECT_EQ(found.frames, Frames{jpeg()}) << bad.substr(0, 12);
  }
}

TEST(FrameSplitter, SurvivesDamageAnywhere) {
  const Bytes good = jpeg() + png() + pixmap() + jpeg(5);
  std::mt19937 random(7);
  for (int round = 0; round < 3000; ++round) {
    Bytes stream = good;
    for (int i = 0; i < 6; ++i) {
      const size_t at = random() % stream.size();
      switch (random() % 3) {
        case 0:
          stream[at] = static_cast<char>(random());
          break;
        case 1:
          stream.erase(at, 1 + random() % 40);
          break;
        default:
          stream.insert(at, good, random() % good.size(), random() % 60);
      }
    }
    const Split found = split(stream, 1 + random() % 500, {.bytes = 1U << 16});
    size_t kept = 0;
    for (const Bytes& frame : found.frames) kept += frame.size();
    ASSERT_LE(kept + found.counts.foreign, stream.size()) << round;
    const Split once = split(stream, stream.size(), {.bytes = 1U << 16});
    ASSERT_EQ(found.frames, once.frames) << "blocks change what is found, round " << round;
  }
}

// Found by tests/fuzz/run frames.
TEST(FrameSplitter, WhatIsTooLargeAndThenBrokenIsPassedOverInBlocksOfAnySize) {
  const Bytes stream =
      file_text(STORYTELLER_SOURCE_DIR "/tests/fuzz/seeds/frames/broken_behind_large");
  const FrameLimits limits{.bytes = 512, .pixels = 4096};
  const Split once = split(stream, stream.size(), limits);
  ASSERT_GT(stream.size(), 300U);
  for (size_t block = 1; block < stream.size(); ++block) {
    EXPECT_EQ(split(stream, block, limits).frames, once.frames) << block;
  }
}

TEST(FrameSplitter, OfTwoSizesTheGreaterCountsInBlocksOfAnySize) {
  const Bytes two = marked(8, 8, "abc", segment('\xC0', "\x08\x10\x00\x10\x00\x01\x01\x11\x00"s));
  for (const size_t block : {1U, 7U, 1000U}) {
    const Split found = split(two + marked(8, 8, "abc"), block, {.pixels = 4096});
    EXPECT_EQ(found.frames, Frames{marked(8, 8, "abc")}) << block;
    EXPECT_EQ(found.counts.too_large, 1U);
  }
}

TEST(PortablePixmap, ScalesValuesToAByte) {
  const auto decode = [](const Bytes& bytes) {
    return decode_pixmap(std::as_bytes(std::span(bytes)), "x");
  };
  EXPECT_EQ(decode("P6 1 1 255\nabc").pixel(0, 0), (Rgb{'a', 'b', 'c'}));
  EXPECT_EQ(decode("P6 1 1 1\n\x01\x00\x05"s).pixel(0, 0), (Rgb{255, 0, 255}));
  EXPECT_EQ(decode("P6 1 1 65535\n\xFF\xFF\x00\x00\x80\x00"s).pixel(0, 0), (Rgb{255, 0, 128}));
  for (const Bytes& bad :
       {""s, "P6"s, "P5 1 1 255\nabc"s, "P6 1 1 255\nab"s, "P6 65535 65535 255\nabc"s, "P6 1 1"s}) {
    EXPECT_THROW(decode(bad), InputError) << bad;
  }
}

}  // namespace
}  // namespace storyteller::speak::frame_splitter_test
