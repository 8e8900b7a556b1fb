#include "model/search/filters/filters.h"

#include <initializer_list>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "model/vocabulary.h"

namespace storyteller {
namespace {

std::set<int32_t> barred(const LogitFilter& filter, const std::vector<int32_t>& said) {
  std::vector<int32_t> words;
  filter.bar({.words = said}, &words);
  return {words.begin(), words.end()};
}

TEST(SpecialTokens, AreNeverSaidAndTheEndNotFirst) {
  const auto filter = special_tokens();
  const std::set<int32_t> always = {Vocabulary::kPad, Vocabulary::kStart, Vocabulary::kUnk};
  EXPECT_EQ(barred(*filter, {4, 4, 4}), always);
  std::set<int32_t> first = always;
  first.insert(Vocabulary::kEnd);
  EXPECT_EQ(barred(*filter, {}), first);
}

TEST(NoRepeatNgram, BarsWhatWouldEndOneOnceMore) {
  using Words = std::set<int32_t>;
  EXPECT_EQ(barred(*no_repeat_ngram(3), {}), Words());
  EXPECT_EQ(barred(*no_repeat_ngram(1), {4, 5, 4}), (Words{4, 5}));
  EXPECT_EQ(barred(*no_repeat_ngram(2), {4}), Words());
  EXPECT_EQ(barred(*no_repeat_ngram(2), {4, 4}), (Words{4}));
  EXPECT_EQ(barred(*no_repeat_ngram(2), {4, 5, 4, 6, 4}), (Words{5, 6}));
  EXPECT_EQ(barred(*no_repeat_ngram(3), {4, 5, 6, 4, 5}), (Words{6}));
  EXPECT_EQ(barred(*no_repeat_ngram(3), {4, 5, 6, 5, 4}), Words());
}

}  // namespace
}  // namespace storyteller
