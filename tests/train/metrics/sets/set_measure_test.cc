#include "train/metrics/sets/set_measure.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "core/error.h"
#include "tests/train/metrics/published_captions.h"

namespace storyteller::set_measure_test {
namespace {

std::vector<Tokens> all_words(const std::vector<std::string>& texts) {
  std::vector<Tokens> out;
  for (const std::string& text : texts) out.push_back(words(text));
  return out;
}

const TokenizedReferences kReferences = {all_words({"a b c d"}), all_words({"e f g h"}),
                                         all_words({"i j k l"})};

std::vector<SetScore> measured(const std::vector<std::vector<Tokens>>& captions,
                               const SeenCaptions* training = nullptr, int threads = 1) {
  const DocumentFrequencies frequencies(kReferences);
  return measure_sets(
      count_sets(captions, {.frequencies = frequencies, .training = training}, threads));
}

double value(const std::vector<SetScore>& scores, std::string_view key) {
  const SetScore& score = set_score(scores, key);
  EXPECT_TRUE(score.value) << key << ": " << score.absent;
  return score.value.value_or(-1);
}

std::string_view why_absent(const std::vector<SetScore>& scores, std::string_view key) {
  const SetScore& score = set_score(scores, key);
  EXPECT_FALSE(score.value) << key;
  return score.absent;
}

TEST(SetMeasures, RowsHaveKeysOfTheirOwnAndSayWhatTheyAre) {
  std::set<std::string_view> keys, titles;
  for (const SetMeasure& row : set_measure_table()) {
    EXPECT_TRUE(keys.insert(row.key).second) << row.key;
    EXPECT_TRUE(titles.insert(row.title).second) << row.title;
    EXPECT_FALSE(row.note.empty()) << row.key;
  }
  EXPECT_THROW(set_score(measured({all_words({"a"})}), "div_3"), InternalError);
}

TEST(SetMeasures, WorkedByHand) {
  const SeenCaptions training(all_words({"a b c d", "x"}));
  const std::vector<std::vector<Tokens>> captions = {all_words({"a b c d", "a b c d e"}),
                                                     all_words({"a b c d", "e f g h"})};
  for (const int threads : {1, 3}) {
    const auto scores = measured(captions, &training, threads);
    EXPECT_EQ(value(scores, "vocabulary"), 8);
    EXPECT_DOUBLE_EQ(value(scores, "distinct_1"), 8.0 / 17);
    EXPECT_DOUBLE_EQ(value(scores, "distinct_2"), 7.0 / 17);  // ab bc cd de, ef fg gh
    EXPECT_DOUBLE_EQ(value(scores, "div_1"), (5.0 / 9 + 8.0 / 8) / 2);
    EXPECT_DOUBLE_EQ(value(scores, "div_2"), (4.0 / 9 + 6.0 / 8) / 2);  // over words, not pairs
    // Two captions of four are not "a b c d", and they are different.
    EXPECT_DOUBLE_EQ(value(scores, "unseen"), 0.5);
    EXPECT_DOUBLE_EQ(value(scores, "novel"), 0.5);
    // Of the first picture exp(-1/4) and (4/5 3/4 2/3 1/2)^(1/4), of the second nothing.
    const double first = std::exp(-0.25), second = std::pow(4.0 / 5 * 3 / 4 * 2 / 3 / 2, 0.25);
    EXPECT_NEAR(value(scores, "mbleu_4"), (first + second) / 4, 1e-6);
    // First captions together: 4/8 words, 3/6, 2/4 and 1/2 of longer runs, 8 words beside 9.
    // Second ones: 4/9, 3/7, 2/5, 1/3 and 9 words beside 8.
    const double firsts = 0.5 * std::exp(1 - 9.0 / 8);
    const double seconds = std::pow(4.0 / 9 * 3 / 7 * 2 / 5 / 3, 0.25);
    EXPECT_NEAR(value(scores, "mbleu_4_corpus"), (firsts + seconds) / 2, 1e-7);
  }
}

TEST(SetMeasures, NovelCountsEqualCaptionsOnce) {
  const SeenCaptions training(all_words({"a b"}));
  const auto scores =
      measured({all_words({"a b", "c d", "c d"}), all_words({"c d", "b a"})}, &training);
  EXPECT_DOUBLE_EQ(value(scores, "unseen"), 4.0 / 5);
  EXPECT_DOUBLE_EQ(value(scores, "novel"), 2.0 / 5);
}

TEST(SetMeasures, SetsOfOneDoNotCountBesideOthers) {
  const auto pair = all_words({"a b c d", "a b c d e"});
  const auto alone = measured({pair});
  const auto beside = measured({all_words({"q r s t"}), pair, {}});
  for (const char* key : {"div_1", "div_2", "mbleu_4_corpus", "mbleu_4", "self_cider"}) {
    EXPECT_DOUBLE_EQ(value(beside, key), value(alone, key)) << key;
  }
  EXPECT_EQ(value(beside, "vocabulary"), 9);
}

TEST(SetMeasures, PlacesThatFewPicturesHaveAreCorporaOfTheirOwn) {
  // Third captions: one alone, which is in its picture's others.
  const auto scores =
      measured({all_words({"a b c d", "a b c d", "a b c d"}), all_words({"e f g h", "i j k l"})});
  EXPECT_NEAR(value(scores, "mbleu_4_corpus"), (0.5 + 0.5 + 1) / 3, 1e-7);
}

TEST(SetMeasures, OfSingleCaptionsTheyAreAbsentWithAReason) {
  const auto scores = measured({all_words({"a b c d"}), all_words({"e f g h"})});
  for (const char* key : {"div_1", "div_2", "mbleu_4_corpus", "mbleu_4", "self_cider"}) {
    EXPECT_EQ(why_absent(scores, key), "no picture has two captions") << key;
  }
  EXPECT_EQ(value(scores, "distinct_1"), 1);
  EXPECT_EQ(why_absent(scores, "unseen"), "no captions of a training set to look among");
  EXPECT_EQ(why_absent(scores, "novel"), "no captions of a training set to look among");
  EXPECT_EQ(why_absent(scores, "all_spice"), "not compared with references");
}

TEST(SetMeasures, WithoutWordsOrWeightsTheyAreAbsentWithAReason) {
  const auto empty = measured({all_words({"", ""})});
  EXPECT_EQ(why_absent(empty, "distinct_1"), "no caption has a word");
  EXPECT_EQ(why_absent(empty, "self_cider"), "no n-gram of the captions has a weight");
  EXPECT_EQ(value(empty, "div_1"), 0);
  const DocumentFrequencies one({all_words({"a b c d"})});
  const auto scores = measure_sets(count_sets({all_words({"a b", "c d"})}, {.frequencies = one}));
  EXPECT_EQ(why_absent(scores, "self_cider"), "document frequencies of one picture weigh no word");
}

}  // namespace
}  // namespace storyteller::set_measure_test
