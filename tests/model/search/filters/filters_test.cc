#include "model/search/filters/filters.h"

#include <initializer_list>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "model/search/search_options.h"
#include "model/vocabulary.h"

namespace storyteller::filters_test {
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
  EXPECT_EQ(barred(*no_repeat_ngram({.no_repeat_ngram = 3}, nullptr), {}), Words());
  EXPECT_EQ(barred(*no_repeat_ngram({.no_repeat_ngram = 1}, nullptr), {4, 5, 4}), (Words{4, 5}));
  EXPECT_EQ(barred(*no_repeat_ngram({.no_repeat_ngram = 2}, nullptr), {4}), Words());
  EXPECT_EQ(barred(*no_repeat_ngram({.no_repeat_ngram = 2}, nullptr), {4, 4}), (Words{4}));
  EXPECT_EQ(barred(*no_repeat_ngram({.no_repeat_ngram = 2}, nullptr), {4, 5, 4, 6, 4}),
            (Words{5, 6}));
  EXPECT_EQ(barred(*no_repeat_ngram({.no_repeat_ngram = 3}, nullptr), {4, 5, 6, 4, 5}), (Words{6}));
  EXPECT_EQ(barred(*no_repeat_ngram({.no_repeat_ngram = 3}, nullptr), {4, 5, 6, 5, 4}), Words());
}

TEST(MinWords, BarsTheEndBefore) {
  const std::set<int32_t> end = {Vocabulary::kEnd};
  EXPECT_EQ(barred(*min_words({.min_words = 3}, nullptr), {}), end);
  EXPECT_EQ(barred(*min_words({.min_words = 3}, nullptr), {4, 5}), end);
  EXPECT_EQ(barred(*min_words({.min_words = 3}, nullptr), {4, 5, 6}), std::set<int32_t>());
}

TEST(ContentOnce, LetsFunctionWordsComeTwice) {
  const Vocabulary vocabulary({"<pad>", "<start>", "<end>", "<unk>", "a", "dog", "with", "red"});
  EXPECT_EQ(barred(*content_once({.content_once = true}, &vocabulary), {4, 7, 5, 6, 4}),
            (std::set<int32_t>{5, 7}));
}

TEST(BarBadEndings, BarsTheEndBehindAWordThatBeginsSomething) {
  const Vocabulary vocabulary({"<pad>", "<start>", "<end>", "<unk>", "a", "dog", "with"});
  const std::set<int32_t> end = {Vocabulary::kEnd};
  EXPECT_EQ(barred(*bar_bad_endings({.bar_bad_endings = true}, &vocabulary), {4}), end);
  EXPECT_EQ(barred(*bar_bad_endings({.bar_bad_endings = true}, &vocabulary), {4, 5, 6}), end);
  EXPECT_EQ(barred(*bar_bad_endings({.bar_bad_endings = true}, &vocabulary), {4, 5}),
            std::set<int32_t>());
  EXPECT_EQ(barred(*bar_bad_endings({.bar_bad_endings = true}, &vocabulary), {}),
            std::set<int32_t>());
}

TEST(BarImmediateRepeat, BarsTheWordThatWasSaidLast) {
  const auto filter = bar_immediate_repeat({.bar_immediate_repeat = true}, nullptr);
  EXPECT_EQ(barred(*filter, {}), std::set<int32_t>());
  EXPECT_EQ(barred(*filter, {4, 5}), std::set<int32_t>{5});
}

TEST(BarPhrases, BarsTheLastWordOfWhatWasBegun) {
  const auto filter = bar_phrases({{9}, {4, 5}, {4, 4, 6}});
  EXPECT_EQ(barred(*filter, {}), (std::set<int32_t>{9}));
  EXPECT_EQ(barred(*filter, {4}), (std::set<int32_t>{5, 9}));
  EXPECT_EQ(barred(*filter, {4, 4}), (std::set<int32_t>{5, 6, 9}));
  EXPECT_EQ(barred(*filter, {4, 7}), (std::set<int32_t>{9}));
}

TEST(SearchOptions, SwitchFiltersOn) {
  const Vocabulary vocabulary({"<pad>", "<start>", "<end>", "<unk>", "a"});
  size_t filters = 0;
  for (const SearchOption& row : kSearchOptions) {
    if (row.filter == nullptr) continue;
    SearchOptions options;
    EXPECT_EQ(row.filter(options, &vocabulary), nullptr) << row.key;
    std::visit([&]<class T>(T SearchOptions::*value) { options.*value = static_cast<T>(2); },
               row.value);
    EXPECT_NE(row.filter(options, &vocabulary), nullptr) << row.key;
    ++filters;
  }
  EXPECT_GE(filters, 4U);
}

}  // namespace
}  // namespace storyteller::filters_test
