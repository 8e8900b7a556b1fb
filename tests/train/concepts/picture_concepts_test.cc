#include "train/concepts/picture_concepts.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "tests/train/data/fake_dataset.h"

namespace storyteller::picture_concepts_test {
namespace {

/// Ten pictures of a dog, a ball and grass; two of a cat.
std::vector<std::vector<std::string>> captions() {
  std::vector<std::vector<std::string>> all(
      10, {"a dog and a ball", "a dog runs on grass", "dogs on the grass"});
  all.push_back({"a cat sleeps"});
  all.push_back({"a cat"});
  return all;
}

struct Pictures {
  explicit Pictures(const ConceptNoise& noise, int64_t inputs = 4)
      : dataset(captions()),
        corpus(dataset),
        vocabulary(Vocabulary::build(corpus.word_counts(), 1)),
        table{.words = {"dog", "grass", "ball", "cat", "sleeps"}},
        concepts(corpus, vocabulary, table, noise, inputs) {}

  ListedCaptions dataset;
  CaptionCorpus corpus;
  Vocabulary vocabulary;
  ConceptTable table;
  PictureConcepts concepts;
};

std::vector<int> numbers(const std::vector<SeenConcept>& seen) {
  std::vector<int> all;
  for (const SeenConcept& one : seen) {
    EXPECT_EQ(one.p, 1);
    all.push_back(one.number);
  }
  return all;
}

TEST(PictureConcepts, ThoseThatMoreCaptionsNameComeFirst) {
  const Pictures pictures({.drop = 0, .added = 0}, 2);
  EXPECT_EQ(
      std::vector<int32_t>(pictures.concepts.named(3).begin(), pictures.concepts.named(3).end()),
      (std::vector<int32_t>{0, 1, 2}));
  EXPECT_EQ(
      std::vector<int32_t>(pictures.concepts.named(10).begin(), pictures.concepts.named(10).end()),
      (std::vector<int32_t>{3, 4}));
  // Without noise what fits is shown.
  EXPECT_EQ(numbers(pictures.concepts.shown(3, 1, 7)), (std::vector<int>{0, 1}));
}

TEST(PictureConcepts, AreShownWithTheErrorsThatWereAskedFor) {
  const Pictures pictures({.drop = 0.4, .added = 1.5});
  double kept = 0, wrong = 0;
  constexpr int kSteps = 4000;
  std::set<std::vector<int>> different;
  for (uint64_t step = 0; step < kSteps; ++step) {
    const std::vector<int> seen = numbers(pictures.concepts.shown(11, 1, step));  // a cat
    EXPECT_LE(seen.size(), 4U);
    EXPECT_EQ(std::set<int>(seen.begin(), seen.end()).size(), seen.size());
    kept += static_cast<double>(std::ranges::count(seen, 3));
    wrong += static_cast<double>(seen.size()) - static_cast<double>(std::ranges::count(seen, 3));
    different.insert(seen);
  }
  EXPECT_NEAR(kept / kSteps, 0.6, 0.03);
  // Of 33 namings 30 are of another picture; what is drawn twice is shown once.
  EXPECT_GT(wrong / kSteps, 1);
  EXPECT_LT(wrong / kSteps, 1.5);
  EXPECT_GT(different.size(), 5U);
}

TEST(PictureConcepts, AreAFunctionOfSeedStepAndPicture) {
  const Pictures one({}), other({});
  bool differs_by_step = false, differs_by_seed = false, differs_by_picture = false;
  for (uint64_t step = 0; step < 50; ++step) {
    const auto seen = one.concepts.shown(2, 1, step);
    EXPECT_EQ(other.concepts.shown(2, 1, step), seen);
    differs_by_step |= one.concepts.shown(2, 1, step + 1) != seen;
    differs_by_seed |= one.concepts.shown(2, 2, step) != seen;
    differs_by_picture |= one.concepts.shown(3, 1, step) != seen;
  }
  EXPECT_TRUE(differs_by_step && differs_by_seed && differs_by_picture);
}

}  // namespace
}  // namespace storyteller::picture_concepts_test
