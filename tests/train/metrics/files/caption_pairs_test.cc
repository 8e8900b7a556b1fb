#include "train/metrics/files/caption_pairs.h"

#include <gtest/gtest.h>

#include "core/error.h"

namespace storyteller::caption_pairs_test {
namespace {

CaptionFile by_id(const std::string& name,
                  const std::vector<std::pair<std::string, std::string>>& captions) {
  CaptionFile file{.name = name};
  for (const auto& [image, caption] : captions) {
    file.captions.push_back({.image = image, .caption = caption});
  }
  return file;
}

CaptionFile by_line(const std::string& name, const std::string& text) {
  return parse_caption_file(text, name);
}

std::string problem(const std::vector<CaptionFile>& hypotheses,
                    const std::vector<CaptionFile>& references,
                    const PairingOptions& options = {}) {
  try {
    pair_captions(hypotheses, references, options);
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

TEST(CaptionPairs, GoByImageInTheOrderOfHypotheses) {
  const CaptionPairs pairs = pair_captions(
      {by_id("h", {{"2", "two"}, {"1", "one"}})},
      {by_id("r", {{"1", "a"}, {"2", "b"}, {"1", "c"}}), by_id("s", {{"2", ""}})}, {});
  ASSERT_EQ(pairs.images.size(), 2U);
  EXPECT_EQ(pairs.images[0].id, "2");
  EXPECT_EQ(pairs.images[0].references, (std::vector<std::string>{"b", ""}));
  EXPECT_EQ(pairs.images[1].references, (std::vector<std::string>{"a", "c"}));
  EXPECT_EQ(pairs.captions, (std::vector<std::string>{"two", "one"}));
  EXPECT_EQ(pairs.image_of, (std::vector<size_t>{0, 1}));
  EXPECT_EQ(pairs.references, 4U);
}

/// As `storyteller caption --n-best 2 --json` writes them.
TEST(CaptionPairs, TheRestOfTheNBestCountsWhereSeveralAreMeant) {
  const CaptionFile said = parse_caption_file(
      R"({"image": "1", "caption": "a", "captions": [{"caption": "a"}, {"caption": "b"}]}
{"image": "2", "caption": "c", "captions": [{"caption": "c"}, {"caption": "d"}]})",
      "h");
  const CaptionFile references = by_id("r", {{"1", "x"}, {"2", "y"}});
  const CaptionPairs best = pair_captions({said}, {references}, {});
  EXPECT_EQ(best.captions, (std::vector<std::string>{"a", "c"}));
  ASSERT_EQ(best.notes.size(), 1U);
  EXPECT_EQ(best.notes[0],
            "h: 2 captions are left out beside the first of an image; `samples` takes them too");
  const CaptionPairs all = pair_captions({said}, {references}, {.samples = true});
  ASSERT_EQ(all.images.size(), 2U);
  EXPECT_TRUE(all.notes.empty());
  for (size_t i = 0; i < 2; ++i) {
    ASSERT_EQ(all.images[i].hypotheses.size(), 2U);
    EXPECT_EQ(all.captions[all.images[i].hypotheses[0]], i == 0 ? "a" : "c");
    EXPECT_EQ(all.captions[all.images[i].hypotheses[1]], i == 0 ? "b" : "d");
  }
  // Lists that are something else are nobody's further captions.
  for (const char* other : {R"(["a", "b"])", R"([{"caption": "x"}, {"caption": "b"}])", "[]", "7",
                            R"([{"caption": "a"}, {"text": "b"}])", R"([{"caption": "a"}, 7])"}) {
    const CaptionFile file = parse_caption_file(
        R"([{"image": "1", "caption": "a", "captions": )" + std::string(other) + "}]", "h");
    EXPECT_EQ(file.captions.size(), 1U) << other;
    EXPECT_TRUE(file.further.empty()) << other;
  }
}

TEST(CaptionPairs, GoLineByLineInText) {
  const CaptionPairs pairs = pair_captions({by_line("h", "one\ntwo\n")},
                                           {by_line("r", "a\nb\n"), by_line("s", "\nc\n")}, {});
  ASSERT_EQ(pairs.images.size(), 2U);
  EXPECT_EQ(pairs.images[0].references, (std::vector<std::string>{"a"}));
  EXPECT_EQ(pairs.images[1].references, (std::vector<std::string>{"b", "c"}));
  EXPECT_EQ(problem({by_line("h", "one\ntwo\n")}, {by_line("r", "a\n")}),
            "h: 2 lines, but r has 1; the same line of each file must be about the same image");
  EXPECT_EQ(problem({by_line("h", "one\ntwo\n")}, {by_line("r", "a\n\n")}),
            "r: no references for 1 line of h (2); add them, or score the rest with `partial`");
  EXPECT_EQ(problem({by_line("h", "one\n")}, {by_id("r.json", {{"1", "a"}})}),
            "h: plain text, but r.json names images by id; give both as COCO JSON, or both as text "
            "of one caption a line");
}

TEST(CaptionPairs, WhatIsMissingIsNamedOrLeftOut) {
  const std::vector<CaptionFile> more = {by_id(
      "h", {{"1", "a"}, {"2", "b"}, {"3", "c"}, {"4", "d"}, {"5", "e"}, {"6", "f"}, {"7", "g"}})};
  const std::vector<CaptionFile> references = {by_id("r", {{"1", "a"}, {"9", "z"}})};
  EXPECT_EQ(
      problem(more, references),
      "r: no references for 6 images of h (2, 3, 4, 5, 6 and 1 more; there, one is called 1); "
      "add them, or score the rest with `partial`");
  EXPECT_EQ(problem({by_id("h", {{"1", "a"}})}, references),
            "h: no caption for 1 image of r (9; there, one is called 1); add them, or score the "
            "rest with `partial`");
  const CaptionPairs pairs = pair_captions(more, references, {.partial = true});
  EXPECT_EQ(pairs.captions.size(), 1U);
  EXPECT_EQ(pairs.without_reference.size(), 6U);
  EXPECT_EQ(pairs.without_hypothesis, (std::vector<std::string>{"9"}));
  EXPECT_EQ(problem({by_id("h", {{"8", "a"}})}, references, {.partial = true}),
            "h: none of its images (8) is in r (1, 9)");
}

TEST(CaptionPairs, BlankLinesAtTheEndOfOneFileAreNothing) {
  const CaptionPairs pairs =
      pair_captions({by_line("h", "one\ntwo\n\n\n")}, {by_line("r", "a\nb\n")}, {});
  EXPECT_EQ(pairs.captions, (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(problem({by_line("h", "one\n\ntwo\n")}, {by_line("r", "a\nb\n")}),
            "h: 3 lines, but r has 2; the same line of each file must be about the same image");
}

TEST(CaptionPairs, IdsMayBeWrittenInSeveralWays) {
  const CaptionFile numbers = by_id("r", {{"42", "a"}, {"43", "b"}});
  const CaptionFile names = by_id("h", {{"x/COCO_val2014_000000000043.jpg", "two"},
                                        {"x/COCO_val2014_000000000042.jpg", "one"}});
  const CaptionPairs pairs =
      pair_captions({names}, {numbers, by_id("s", {{"000000000042", "c"}})}, {});
  ASSERT_EQ(pairs.images.size(), 2U);
  EXPECT_EQ(pairs.images[0].id, "x/COCO_val2014_000000000043.jpg");
  EXPECT_EQ(pairs.images[0].references, (std::vector<std::string>{"b"}));
  EXPECT_EQ(pairs.images[1].references, (std::vector<std::string>{"a", "c"}));
  ASSERT_EQ(pairs.notes.size(), 2U);
  EXPECT_NE(pairs.notes[0].find("paired by the number"), std::string::npos);
}

TEST(CaptionPairs, ImagesWithoutWordsInReferencesAreLeftOut) {
  const CaptionPairs pairs =
      pair_captions({by_id("h", {{"1", "one"}, {"2", "two"}, {"3", "three"}})},
                    {by_id("r", {{"1", "a"}, {"2", "..."}, {"2", "\U0001F600"}, {"3", "b"}})}, {});
  EXPECT_EQ(pairs.without_words, (std::vector<std::string>{"2"}));
  EXPECT_EQ(pairs.captions, (std::vector<std::string>{"one", "three"}));
  EXPECT_EQ(pairs.image_of, (std::vector<size_t>{0, 1}));
  EXPECT_EQ(pairs.images[1].hypotheses, (std::vector<size_t>{1}));
  EXPECT_EQ(pairs.references, 2U);
  EXPECT_EQ(problem({by_id("h", {{"2", "two"}})}, {by_id("r", {{"2", "..."}})}),
            "r: no reference holds a word");
}

TEST(CaptionPairs, SeveralCaptionsOfAnImageMustBeMeant) {
  const std::vector<CaptionFile> twice = {
      by_id("h", {{"1", "a"}, {"2", "b"}, {"1", "c"}, {"1", "d"}})};
  const std::vector<CaptionFile> references = {by_id("r", {{"1", "a"}, {"2", "b"}})};
  EXPECT_EQ(problem(twice, references),
            "h: several captions for 1 image (1); leave one for each, or say with `samples` that "
            "they are samples");
  const CaptionPairs pairs = pair_captions(twice, references, {.samples = true});
  EXPECT_EQ(pairs.images[0].hypotheses, (std::vector<size_t>{0, 2, 3}));
  EXPECT_EQ(pairs.image_of, (std::vector<size_t>{0, 1, 0, 0}));
}

TEST(CaptionPairs, ReferencesAreGroupedForFrequencies) {
  EXPECT_EQ(group_by_image({by_id("r", {{"1", "a"}, {"2", "b"}, {"1", "c"}})}),
            (std::vector<std::vector<std::string>>{{"a", "c"}, {"b"}}));
  EXPECT_THROW(group_by_image({by_line("r", "\n\n")}), InputError);
}

}  // namespace
}  // namespace storyteller::caption_pairs_test
