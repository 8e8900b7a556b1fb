#include "train/objectives/word_presence.h"

#include <numeric>

#include <gtest/gtest.h>

#include "tests/train/data/fake_dataset.h"

namespace storyteller::word_presence_test {
namespace {

TEST(WordPresence, StemsOfPluralsFollowPorter) {
  for (const auto& [word, stem] : {std::pair("caresses", "caress"),
                                   {"ponies", "poni"},
                                   {"caress", "caress"},
                                   {"cats", "cat"},
                                   {"crosses", "cross"},
                                   {"moon", "moon"},
                                   {"s", ""},
                                   {"", ""}}) {
    EXPECT_EQ(singular_stem(word), stem) << word;
  }
}

/// Two pictures with three captions each.
const ListedCaptions& two_pictures() {
  static const ListedCaptions dataset(
      {{"A dog", "a dog", "The dogs"}, {"A cat", "the cat", "A moon"}});
  return dataset;
}

TEST(WordPresence, WeighsWordsByHowFarTheCaptionsOfAPictureAgree) {
  const CaptionCorpus corpus(two_pictures());
  const Vocabulary vocabulary = Vocabulary::build(corpus.word_counts(), 1);
  const WordPresence presence(corpus, vocabulary);
  const auto weight = [&](const char* word) {
    return presence.weight()[static_cast<size_t>(vocabulary.id(word))];
  };
  // dog: a = 1, kappa = 1. cat: a = 1/2, p = 1/3, kappa = 1/4. a: less than by chance. The other
  // words stand alone. Mean 1 over 10 words, dog and dogs counting as one stem.
  ASSERT_EQ(vocabulary.size(), 10);
  EXPECT_NEAR(weight("dog"), 10 * 1 / 2.25, 1e-6);
  EXPECT_EQ(weight("dogs"), weight("dog"));
  EXPECT_NEAR(weight("cat"), 10 * 0.25 / 2.25, 1e-6);
  for (const char* word : {"a", "the", "moon", "<pad>", "<unk>", "<end>"}) {
    EXPECT_EQ(weight(word), 0) << word;
  }
  EXPECT_NEAR(std::accumulate(presence.weight().begin(), presence.weight().end(), 0.0), 10, 1e-5);
}

TEST(WordPresence, AWordIsThereWhenOneOfItsStemIs) {
  const CaptionCorpus corpus(two_pictures());
  const Vocabulary vocabulary = Vocabulary::build(corpus.word_counts(), 1);
  const WordPresence presence(corpus, vocabulary);
  std::vector<float> row(10, -1);
  presence.present(1, row.data());
  for (int word = 0; word < vocabulary.size(); ++word) {
    const std::string& text = vocabulary.word(word);
    const bool there = text == "a" || text == "cat" || text == "the" || text == "moon";
    EXPECT_EQ(row[static_cast<size_t>(word)], there ? 1 : 0) << text;
  }
  presence.present(0, row.data());
  EXPECT_EQ(row[static_cast<size_t>(vocabulary.id("dogs"))], 1);
  EXPECT_EQ(row[static_cast<size_t>(vocabulary.id("dog"))], 1);
  EXPECT_EQ(row[Vocabulary::kUnk], 0);
}

TEST(WordPresence, OneCaptionAPictureWeighsAllWordsAlike) {
  const ListedCaptions dataset({{"A dog"}, {"a cat"}});
  const CaptionCorpus corpus(dataset);
  const Vocabulary vocabulary = Vocabulary::build(corpus.word_counts(), 1);
  const WordPresence presence(corpus, vocabulary);
  for (float weight : presence.weight()) EXPECT_EQ(weight, 1);
}

}  // namespace
}  // namespace storyteller::word_presence_test
