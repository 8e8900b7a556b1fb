// What is read off pictures' files and sentences: facts, words, tags.
#include <gtest/gtest.h>

#include <bit>

#include "core/error.h"
#include "model/image/resize.h"
#include "tests/model/image/fixtures.h"
#include "tests/temporary_folder.h"
#include "tools/apps/album/duplicates.h"
#include "tools/apps/album/picture_words.h"
#include "tools/apps/album/tags.h"
#include "tools/apps/shared/file_facts.h"

namespace storyteller::album::words_test {
namespace {

using namespace std::string_literals;
using Words = std::vector<std::string>;

std::string u16(unsigned value) {
  return {static_cast<char>(value & 255), static_cast<char>(value >> 8 & 255)};
}
std::string u32(unsigned value) { return u16(value & 0xffff) + u16(value >> 16); }

/// A TIFF block whose Exif directory holds a time.
std::string exif(const std::string& time) {
  const std::string text = time + '\0';
  return "II*\0"s + u32(8) + u16(1) + u16(0x8769) + u16(4) + u32(1) + u32(26) + u32(0) + u16(1) +
         u16(0x9003) + u16(2) + u32(static_cast<unsigned>(text.size())) + u32(44) + u32(0) + text;
}

TEST(AlbumFacts, TimesAreReadFromExif) {
  EXPECT_EQ(exif_taken(exif("2019:05:03 10:20:30")), "2019-05-03T10:20:30");
  for (const char* bad : {"0000:00:00 00:00:00", "2019:13:03 10:20:30", "    :  :     :  :  ", "",
                          "2019:05:03 25:00:00", "<script>alert(1)</script>", "2019-05"}) {
    EXPECT_EQ(exif_taken(exif(bad)), "") << bad;
  }
  const std::string whole = exif("2019:05:03 10:20:30");
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_NO_THROW(exif_taken(std::string_view(whole).substr(0, size)));
  }
}

TEST(AlbumFacts, KeywordsOfXmpAndIptc) {
  EXPECT_EQ(
      xmp_keywords("<dc:subject><rdf:Bag><rdf:li>Holiday</rdf:li><rdf:li> A &amp; B "
                   "</rdf:li><rdf:li></rdf:li><rdf:li>Holiday</rdf:li></rdf:Bag></dc:subject>"),
      (Words{"Holiday", "A & B"}));
  EXPECT_TRUE(xmp_keywords("<dc:subject><rdf:li>open").empty());
  const std::string dataset = "\x1c\x02\x19\0\x03sea\x1c\x02\x05\0\x01x\x1c\x02\x19\0\x04sand"s;
  EXPECT_EQ(iptc_keywords("Photoshop 3.0\0"s + "8BIM\x04\x04\0\0\0\0\0"s +
                          static_cast<char>(dataset.size()) + dataset),
            (Words{"sea", "sand"}));
  EXPECT_TRUE(iptc_keywords("8BIM\x04\x04\0\0\0\0\x7f\x7f\x1c\x02\x19\x7f\x7f"s).empty());
}

TEST(AlbumFacts, SizesOfJpegAndPng) {
  const Image picture = fixtures::smooth_picture(40, 30);
  const FileFacts jpeg = file_facts(fixtures::make_jpeg(picture));
  EXPECT_EQ(jpeg.width, 40);
  EXPECT_EQ(jpeg.height, 30);
  const FileFacts png = file_facts(fixtures::make_png(40, 30, picture.rgb));
  EXPECT_EQ(png.width, 40);
  EXPECT_EQ(png.height, 30);
  EXPECT_EQ(file_facts({}).width, 0);
}

TEST(AlbumFacts, HashesOfOnePictureAreNear) {
  const Image picture = fixtures::smooth_picture(320, 240);
  EXPECT_EQ(difference_hash(picture), difference_hash(picture));
  EXPECT_LE(std::popcount(difference_hash(picture) ^ difference_hash(resize(picture, 160, 120))),
            4);
  EXPECT_EQ(difference_hash(solid_image(1, 1, {9, 9, 9})), 0U);
}

const Posting* find(const std::vector<Posting>& postings, const std::string& lemma, Source source) {
  for (const Posting& posting : postings) {
    if (posting.lemma.text == lemma && posting.source == source) return &posting;
  }
  return nullptr;
}

TEST(AlbumWords, EachSourceKeepsItsWeight) {
  const Language language = Language::open();
  const std::vector<Hypothesis> hypotheses = {{{"a", "dog", "on", "sand"}, 0.5},
                                              {{"a", "dog", "on", "a", "beach"}, 0.3},
                                              {{"a", "horse", "on", "a", "beach"}, 0.2}};
  const std::vector<Detection> detections = {{"ball", 0.4}, {"sea", 0.01}};
  const std::vector<std::string> keywords = {"New York", "Holiday", "!!"};
  const auto postings = picture_words(language, hypotheses, detections, keywords);
  ASSERT_NE(find(postings, "dog", Source::kCaption), nullptr);
  EXPECT_EQ(find(postings, "dog", Source::kCaption)->weight, 255);
  EXPECT_EQ(find(postings, "dog", Source::kHypotheses), nullptr);
  ASSERT_NE(find(postings, "beach", Source::kHypotheses), nullptr);
  EXPECT_NEAR(find(postings, "beach", Source::kHypotheses)->weight, 0.5 * 255, 1);
  EXPECT_NEAR(find(postings, "ball", Source::kDetector)->weight, 0.4 * 255, 1);
  EXPECT_EQ(find(postings, "sea", Source::kDetector), nullptr);
  EXPECT_NE(find(postings, "new york", Source::kKeywords), nullptr);
  EXPECT_NE(find(postings, "holiday", Source::kKeywords), nullptr);
}

TEST(AlbumTags, ThresholdsAreOfOneModel) {
  const std::string text = "# made by a script\nmodel 0123\ndog\t0.5\ncat\t0.25\t0.81\n";
  const auto thresholds = TagThresholds::parse(text, "t", "0123");
  EXPECT_EQ(thresholds.find("dog"), 0.5);
  EXPECT_EQ(thresholds.find("cat"), 0.25);
  EXPECT_FALSE(thresholds.find("cow"));
  EXPECT_EQ(TagThresholds::parse(text, "t", "other").size(), 0U);
  for (const char* bad : {"dog", "dog\t", "\t0.5", "dog\t2", "dog\tnan", "dog\t0.5x"}) {
    EXPECT_NE(message_of<InputError>([&] { TagThresholds::parse(bad, "t", "x"); }).find("t:1: "),
              std::string::npos)
        << bad;
  }
}

TEST(AlbumTags, WordsThatAreSureEnoughAreTags) {
  const auto thresholds = TagThresholds::parse("dog\t0.5\n", "t", "");
  const Lemma dog{"dog", Pos::kNoun}, red{"red", Pos::kAdjective}, big{"big", Pos::kAdjective};
  EXPECT_TRUE(is_tag(dog, Source::kCaption, 255, thresholds));
  EXPECT_TRUE(is_tag(red, Source::kCaption, 255, thresholds));
  EXPECT_FALSE(is_tag(big, Source::kCaption, 255, thresholds));
  EXPECT_TRUE(is_tag(big, Source::kHand, 255, thresholds));
  EXPECT_TRUE(is_tag(dog, Source::kHypotheses, 200, thresholds));
  EXPECT_FALSE(is_tag(dog, Source::kHypotheses, 100, thresholds));
  EXPECT_TRUE(is_tag(dog, Source::kDetector, 130, thresholds));
  EXPECT_FALSE(is_tag(dog, Source::kDetector, 120, thresholds));
  EXPECT_FALSE(is_tag({"cow", Pos::kNoun}, Source::kDetector, 255, thresholds));
  EXPECT_FALSE(is_tag({"background", Pos::kNoun}, Source::kCaption, 255, thresholds));
}

TEST(AlbumDuplicates, ThreeKindsOfKinship) {
  std::vector<std::int8_t> data(4 * kAxes);
  for (size_t a = 0; a < kAxes; ++a) {
    data[a] = data[kAxes + a] = 100;
    data[2 * kAxes + a] = a % 8 == 0 ? 0 : 100;  // a cosine of .935
    data[3 * kAxes + a] = a % 2 == 0 ? 100 : -100;
  }
  const Vectors vectors({1, 2, 3, 4}, data);
  EXPECT_NEAR(vectors.cosine(0, 2), 0.935, 0.001);
  EXPECT_EQ(vectors.find(9), vectors.size());
  const std::vector<Fingerprint> pictures = {{1, 50, 7, 1, 0b1111},
                                             {2, 90, 8, 1, 0b0000},
                                             {3, 10, 9, 1, ~0ULL},
                                             {4, 10, 9, 1, ~0ULL},
                                             {5, 50, 7, 1, 0b1111}};
  const auto groups = duplicate_groups(pictures, vectors, /*near=*/false);
  ASSERT_EQ(groups.size(), 3U);
  EXPECT_EQ(groups[0].kinship, Kinship::kSameBytes);
  EXPECT_EQ(groups[0].pictures, (std::vector<std::int64_t>{1, 5}));
  EXPECT_EQ(groups[1].pictures, (std::vector<std::int64_t>{3, 4}));
  EXPECT_EQ(groups[2].kinship, Kinship::kSamePicture);
  EXPECT_EQ(groups[2].pictures, (std::vector<std::int64_t>{2, 1}));  // the largest file first
  const auto near = duplicate_groups(pictures, vectors, /*near=*/true);
  ASSERT_EQ(near.size(), 4U);
  EXPECT_EQ(near[3].kinship, Kinship::kSimilar);
  EXPECT_EQ(near[3].pictures, (std::vector<std::int64_t>{2, 3}));
  EXPECT_TRUE(duplicate_groups({}, vectors, true).empty());
}

}  // namespace
}  // namespace storyteller::album::words_test
