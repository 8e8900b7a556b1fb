// What a training says of its words before it begins.
#include "train/word_coverage.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "tests/temporary_folder.h"
#include "tests/train/tiny_training.h"

namespace storyteller::word_coverage_test {
namespace {

CaptionCorpus corpus_of(std::vector<std::string> captions) {
  return CaptionCorpus(TinyDataset({std::move(captions)}));
}

TEST(WordCoverage, CountsWhatIsUnknownAndWhatIsCut) {
  const CaptionCorpus corpus = corpus_of({"a dog runs", "a dog", "a cat sleeps all day"});
  const WordCoverage coverage = word_coverage(corpus, build_vocabulary(corpus, 2), 3);
  EXPECT_EQ(coverage.captions, 3U);
  EXPECT_EQ(coverage.cut, 1U);
  EXPECT_EQ(coverage.words, 10U);
  EXPECT_EQ(coverage.unknown, 5U);  // runs cat sleeps all day
  EXPECT_EQ(coverage.different, 7U);
  EXPECT_EQ(coverage.known, 2U);
}

TEST(WordCoverage, AVocabularyWithoutWordsIsRefused) {
  const CaptionCorpus corpus = corpus_of({"a dog runs", "a dog", "a cat"});
  const auto message = message_of<UsageError>([&] { build_vocabulary(corpus, 4); });
  EXPECT_NE(message.find("`min_count`=4"), std::string::npos) << message;
  EXPECT_NE(message.find("'a', occurs 3 times"), std::string::npos) << message;
  const CaptionCorpus wordless = corpus_of({"...", "!"});
  const auto none = message_of<InputError>([&] { build_vocabulary(wordless, 1); });
  EXPECT_NE(none.find("no captions to train on"), std::string::npos) << none;
}

TEST(WordCoverage, WarnsOfFewWordsOfUnknownOnesAndOfCutCaptions) {
  const WordCoverage few{
      .captions = 40, .cut = 0, .words = 200, .unknown = 160, .different = 57, .known = 1};
  auto lines = word_warnings(few, 5, 20);
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_NE(lines[0].find("1 of the 57 words"), std::string::npos) << lines[0];
  EXPECT_NE(lines[0].find("80 %"), std::string::npos) << lines[0];
  EXPECT_NE(lines[0].find("min_count=5"), std::string::npos) << lines[0];
  lines = word_warnings(few, 0, 20);  // an earlier model's words
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_NE(lines[0].find("the model knows 1 of the 57"), std::string::npos) << lines[0];

  const WordCoverage fine{
      .captions = 40, .cut = 8, .words = 200, .unknown = 10, .different = 57, .known = 50};
  EXPECT_TRUE(word_warnings(fine, 5, 20).empty());
  WordCoverage cut = fine;
  cut.cut = 40;
  lines = word_warnings(cut, 5, 2);
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_NE(lines[0].find("40 of 40 training captions"), std::string::npos) << lines[0];
  EXPECT_NE(lines[0].find("train_words"), std::string::npos) << lines[0];
}

TEST(WordCoverage, AnotherLanguageIsWarnedOf) {
  WordCoverage coverage{
      .captions = 4, .cut = 0, .words = 20, .unknown = 10, .different = 8, .known = 4};
  EXPECT_EQ(foreign_words_warning(coverage), "");
  coverage.unknown = 18;
  const std::string warning = foreign_words_warning(coverage);
  EXPECT_NE(warning.find("4 of the 8 words"), std::string::npos) << warning;
  EXPECT_NE(warning.find("90 %"), std::string::npos) << warning;
}

}  // namespace
}  // namespace storyteller::word_coverage_test
