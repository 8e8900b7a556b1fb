#include "model/vocabulary.h"

#include <gtest/gtest.h>

#include "core/error.h"

namespace storyteller::vocabulary_test {
namespace {

using Words = std::vector<std::string>;

TEST(Vocabulary, KeepsFrequentWordsByCountThenAlphabet) {
  const std::vector<Words> captions = {
      {"b", "a", "c", "c"}, {"c", "b", "a", "d"}, {"<end>", "<end>"}};
  const Vocabulary v = Vocabulary::build(captions, 2);
  EXPECT_EQ(v.words(), (Words{"<pad>", "<start>", "<end>", "<unk>", "c", "a", "b"}));
  EXPECT_EQ(v.id("c"), 4);
  EXPECT_EQ(v.id("d"), Vocabulary::kUnk);
  EXPECT_EQ(v.id("<end>"), Vocabulary::kEnd);
  EXPECT_EQ(Vocabulary::build(captions, 5).size(), Vocabulary::kSpecialTokens);
}

TEST(Vocabulary, MinimumCountIsInclusive) {
  const std::vector<Words> captions(5, Words{"five"});
  EXPECT_EQ(Vocabulary::build(captions).size(), 5);
  EXPECT_EQ(Vocabulary::build(std::span(captions).first(4)).size(), 4);
}

TEST(Vocabulary, EncodesAndDecodes) {
  const Vocabulary v({"<pad>", "<start>", "<end>", "<unk>", "a", "dog"});
  const std::vector<int> ids = v.encode(Words{"a", "big", "dog"});
  EXPECT_EQ(ids, (std::vector<int>{4, 3, 5}));
  EXPECT_EQ(v.sentence(ids), "a <unk> dog");
  EXPECT_EQ(v.sentence(std::vector<int>{1, 4, 0, 5, 2, 4}), "a dog");
  EXPECT_EQ(v.sentence({}), "");
}

TEST(Vocabulary, SurvivesSerialisation) {
  const Vocabulary v = Vocabulary::build(std::vector<Words>(9, Words{"x", "é", "y"}));
  const Vocabulary again(v.words());
  EXPECT_EQ(again.words(), v.words());
  EXPECT_EQ(again.id("é"), v.id("é"));
}

TEST(Vocabulary, RejectsWhatIsNoVocabulary) {
  const Words good = {"<pad>", "<start>", "<end>", "<unk>", "a"};
  EXPECT_NO_THROW(Vocabulary{good});
  EXPECT_THROW(Vocabulary(Words{}), ModelError);
  EXPECT_THROW(Vocabulary(Words{"<start>", "<pad>", "<end>", "<unk>"}), ModelError);
  for (const char* bad : {"a", "<unk>", "", "two words", "line\n"}) {
    Words words = good;
    words.emplace_back(bad);
    EXPECT_THROW(Vocabulary{words}, ModelError) << bad;
  }
}

TEST(Vocabulary, IdsOutsideAreInternalErrors) {
  const Vocabulary v({"<pad>", "<start>", "<end>", "<unk>"});
  EXPECT_THROW(v.word(4), InternalError);
  EXPECT_THROW(v.word(-1), InternalError);
}

}  // namespace
}  // namespace storyteller::vocabulary_test
