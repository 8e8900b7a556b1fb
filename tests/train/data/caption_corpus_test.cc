#include "train/data/caption_corpus.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "tests/train/data/fake_dataset.h"
#include "train/data/scenes_dataset.h"

namespace storyteller::caption_corpus_test {
namespace {

TEST(CaptionCorpus, TokenisesAndKnowsWhoseEachCaptionIs) {
  const ListedCaptions dataset({{"A dog .", " . "}, {}, {"Two dogs, running!", "A cat"}});
  const CaptionCorpus corpus(dataset);
  ASSERT_EQ(corpus.size(), 3U);
  EXPECT_EQ(corpus.dropped(), 1U);
  EXPECT_EQ(corpus.tokens(1), (Tokens{"two", "dogs", "running"}));
  EXPECT_EQ(corpus.image(0), 0U);
  EXPECT_EQ(corpus.image(1), 2U);
  EXPECT_EQ(corpus.of_image(0).size(), 1U);
  EXPECT_TRUE(corpus.of_image(1).empty());
  EXPECT_EQ(corpus.of_image(2)[1], (Tokens{"a", "cat"}));
  EXPECT_EQ(corpus.first_of_image(2), 1U);
}

TEST(EncodedCaptions, EndsEachWholeCaptionAndCutsLongOnes) {
  const ListedCaptions dataset({{"a b c", "a"}, {"c b a z"}});
  const CaptionCorpus corpus(dataset);
  const Vocabulary vocabulary({"<pad>", "<start>", "<end>", "<unk>", "a", "b", "c"});
  const EncodedCaptions encoded(corpus, vocabulary, 3);
  ASSERT_EQ(encoded.size(), 3U);
  const auto targets = [&](size_t c) {
    return std::vector<int>(encoded.targets(c).begin(), encoded.targets(c).end());
  };
  EXPECT_EQ(targets(0), (std::vector<int>{4, 5, 6, Vocabulary::kEnd}));
  EXPECT_EQ(targets(1), (std::vector<int>{4, Vocabulary::kEnd}));
  EXPECT_EQ(targets(2), (std::vector<int>{6, 5, 4}));  // cut: no end is taught
  EXPECT_EQ(encoded.truncated(), 1U);
  EXPECT_EQ(encoded.lengths()[0].length, 4);
  EXPECT_EQ(encoded.lengths()[2].image, 1U);
  const EncodedCaptions whole(corpus, vocabulary, 4);
  EXPECT_EQ(whole.targets(2)[3], Vocabulary::kUnk);
  EXPECT_EQ(whole.targets(2)[4], Vocabulary::kEnd);
  EXPECT_THROW(EncodedCaptions(corpus, vocabulary, 0), UsageError);
}

TEST(EncodedCaptions, OfAnImageCountTheSameTogetherHoweverManyTheyAre) {
  const ListedCaptions dataset({{"a b c", "a", "b b"}, {"c b a"}, {}});
  const CaptionCorpus corpus(dataset);
  const Vocabulary vocabulary({"<pad>", "<start>", "<end>", "<unk>", "a", "b", "c"});
  const EncodedCaptions plain(corpus, vocabulary);
  EXPECT_FALSE(plain.weighs());
  EXPECT_EQ(plain.weight(1), 1);
  const EncodedCaptions equal(corpus, vocabulary, EncodingOptions{.equal_images = true});
  ASSERT_TRUE(equal.weighs());
  EXPECT_DOUBLE_EQ(equal.weight(0) * 3, equal.weight(3)) << "1/3 and 1";
  EXPECT_EQ(equal.weight(0), equal.weight(1));
  // The mean over words is 1, <end> included: 4, 2, 3 and 4 of them.
  EXPECT_DOUBLE_EQ((equal.weight(0) * (4 + 2 + 3) + equal.weight(3) * 4) / 13, 1);
  const EncodedCaptions twice(
      corpus, vocabulary,
      EncodingOptions{.equal_images = true, .ranges = {{.end = 1, .seen = 2}, {.end = 3}}});
  EXPECT_DOUBLE_EQ((2 * twice.weight(0) * (4 + 2 + 3) + twice.weight(3) * 4) / (2 * 9 + 4), 1);
  const ListedCaptions even({{"a b", "a"}, {"b", "c c"}});
  const EncodedCaptions same(CaptionCorpus(even), vocabulary,
                             EncodingOptions{.equal_images = true});
  for (size_t c = 0; c < 4; ++c) EXPECT_DOUBLE_EQ(same.weight(c), 1);
}

TEST(EncodedCaptions, BeginWithTheTokenOfTheirSet) {
  const ListedCaptions dataset({{"a"}, {"b", "<begin:x> a"}});
  const CaptionCorpus corpus(dataset);
  const Vocabulary vocabulary(
      {"<pad>", "<start>", "<end>", "<unk>", "a", "b", "<begin:x>", "<begin:y>"});
  const EncodedCaptions plain(corpus, vocabulary);
  EXPECT_EQ(plain.begin(2), Vocabulary::kStart);
  const EncodedCaptions styled(
      corpus, vocabulary,
      EncodingOptions{.ranges = {{.end = 1, .begin = 6}, {.end = 2, .begin = 7}}});
  EXPECT_EQ(styled.begin(0), 6);
  EXPECT_EQ(styled.begin(1), 7);
  EXPECT_EQ(styled.begin(2), 7);
  EXPECT_EQ(styled.targets(2)[0], Vocabulary::kUnk) << "nobody learns to say it";
}

TEST(EncodedCaptions, ScenesNeedNoUnknownWordEvenHeldOut) {
  const ScenesDataset train({.train = 2000, .val = 500}, Split::kTrain);
  const ScenesDataset val({.train = 2000, .val = 500}, Split::kVal);
  const CaptionCorpus train_corpus(train), val_corpus(val);
  const Vocabulary vocabulary = Vocabulary::build(train_corpus.word_counts());
  EXPECT_GT(vocabulary.size(), 50);
  EXPECT_LT(vocabulary.size(), 100);
  const EncodedCaptions encoded(val_corpus, vocabulary);
  for (size_t c = 0; c < encoded.size(); ++c) {
    for (const int id : encoded.targets(c)) {
      ASSERT_NE(id, Vocabulary::kUnk) << vocabulary.sentence(encoded.targets(c));
    }
  }
  EXPECT_EQ(encoded.truncated(), 0U);
}

}  // namespace
}  // namespace storyteller::caption_corpus_test
