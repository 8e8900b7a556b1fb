#include "core/text/text_decoder.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <array>
#include <random>

#include "core/error.h"
#include "core/text/utf8.h"
#include "tests/core/text/encodings.h"

namespace storyteller::text_decoder_test {
namespace {

using namespace std::string_literals;

TEST(TextDecoder, DropsAByteOrderMarkAndKeepsTheRest) {
  EXPECT_EQ(decode_text("\xEF\xBB\xBF"s + "a\r\n\xEF\xBB\xBF", "t"), "a\r\n\xEF\xBB\xBF");
  EXPECT_EQ(decode_text("caf\xE9", "t"), "caf\xE9") << "not UTF-8, and the reader's to count";
  EXPECT_EQ(decode_text("", "t"), "");
  EXPECT_EQ(decode_text("\xEF\xBB\xBF", "t"), "");
  EXPECT_EQ(decode_text("\xEF", "t"), "\xEF");
}

TEST(TextDecoder, ConvertsUtf16) {
  const std::u16string text = u"a café \u2013 \U0001F600\r\n狗\n";
  const std::string expected = "a café \u2013 \U0001F600\r\n狗\n";
  EXPECT_EQ(decode_text("\xFF\xFE" + utf16(text, false), "t"), expected);
  EXPECT_EQ(decode_text("\xFE\xFF" + utf16(text, true), "t"), expected);
  EXPECT_EQ(decode_text("\xFF\xFE"s, "t"), "");
}

TEST(TextDecoder, ConvertsUtf16WithoutMark) {
  for (const bool big : {false, true}) {
    EXPECT_EQ(decode_text(utf16(u"Ein Käfer – klein\n", big), "t"), "Ein Käfer – klein\n");
    EXPECT_EQ(decode_text(utf16(u"ab", big), "t"), "ab");
  }
  EXPECT_EQ(decode_text("a\0"s, "t"), "a\0"s) << "one unit tells nothing";
  EXPECT_EQ(decode_text("ab\0cd\0ef"s, "t"), "ab\0cd\0ef"s);
}

TEST(TextDecoder, WhatUtf16CannotMeanIsNoUtf8) {
  for (const char16_t half : {u'\xD83D', u'\xDE00'}) {
    const std::u16string text = {u'a', half, u'b'};
    const std::string found = decode_text("\xFF\xFE" + utf16(text, false), "t");
    EXPECT_EQ(found.front(), 'a');
    EXPECT_EQ(found.back(), 'b');
    EXPECT_FALSE(is_utf8(found));
  }
  EXPECT_EQ(decode_text("\xFF\xFE" + utf16(u"ab", false) + "c", "t"), "ab\xFF");
  EXPECT_FALSE(is_utf8(decode_text("\xFF\xFE" + utf16(u"ab\xD83D", false), "t")));
}

TEST(TextDecoder, Utf32IsNamed) {
  try {
    decode_text("\xFF\xFE\0\0a\0\0\0"s, "list.txt");
    FAIL();
  } catch (const InputError& error) {
    EXPECT_STREQ(error.what(),
                 "list.txt: a text in UTF-32; convert it with iconv -f utf-32 -t utf-8");
  }
  EXPECT_THROW(decode_text("\0\0\xFE\xFF\0\0\0a"s, "t"), InputError);
}

TEST(TextDecoder, UnpacksGzip) {
  std::string text;
  for (int i = 0; i < 50000; ++i) text += "caption " + std::to_string(i) + "\n";
  EXPECT_EQ(decode_text(gzip(text), "t"), text);
  EXPECT_EQ(decode_text(gzip("a\n") + gzip("b\n") + "\0\0"s, "t"), "a\nb\n") << "two members";
  EXPECT_EQ(decode_text(gzip("\xFF\xFE" + utf16(u"ab\n", false)), "t"), "ab\n");
  EXPECT_EQ(decode_text(gzip(""), "t"), "");
}

TEST(TextDecoder, DamagedGzipIsNamed) {
  const std::string packed = gzip("a caption of a dog\n");
  for (size_t length = 2; length < packed.size(); ++length) {
    EXPECT_THROW(decode_text(packed.substr(0, length), "t"), InputError) << length;
  }
  std::string damaged = packed;
  damaged[damaged.size() - 6] ^= 1;  // of the checksum
  EXPECT_THROW(decode_text(damaged, "t"), InputError);
}

/// However the bytes are cut into pieces, the text is one.
TEST(TextDecoder, PiecesMakeNoDifference) {
  std::mt19937_64 random(3);
  const std::array<std::string, 6> beginnings = {
      "", "\xEF\xBB\xBF", "\xFF\xFE", "\xFE\xFF", utf16(u"captions", false), utf16(u"image", true)};
  for (int round = 0; round < 3000; ++round) {
    std::string bytes = beginnings[random() % beginnings.size()];
    for (size_t i = random() % 40; i > 0; --i) {
      constexpr std::string_view kLikely("a\0\r\n\xD8\xDC\x3D\xE9\xFF\xC3\xA9", 11);
      bytes += kLikely[random() % kLikely.size()];
    }
    if (random() % 4 == 0) bytes = gzip(bytes);
    std::string whole, pieces;
    try {
      whole = decode_text(bytes, "t");
    } catch (const InputError&) {
      continue;
    }
    TextDecoder decoder("t");
    for (size_t at = 0; at < bytes.size();) {
      // The first piece is what the text is told by: four bytes of a mark, or letters of Latin.
      const size_t length = at == 0 ? 300 : 1 + random() % 5;
      decoder.decode(std::string_view(bytes).substr(at, length), false, &pieces);
      at += length;
    }
    decoder.decode({}, true, &pieces);
    EXPECT_EQ(pieces, whole);
  }
}

}  // namespace
}  // namespace storyteller::text_decoder_test
