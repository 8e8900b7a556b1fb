#include "kernels/top_words.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "tests/kernels/kernel_test.h"

namespace storyteller::top_words_test {
namespace {

template <class T>
struct Found {
  std::vector<int32_t> word;
  std::vector<T> log_probability;
};

template <class T>
Found<T> find(std::vector<T> logits, int64_t V, int64_t k,
              const std::vector<std::set<int32_t>>& barred = {}) {
  const auto B = static_cast<int64_t>(logits.size()) / V;
  std::vector<int32_t> begin = {0}, words;
  for (const auto& row : barred) {
    words.insert(words.end(), row.begin(), row.end());
    begin.push_back(static_cast<int32_t>(words.size()));
  }
  Found<T> found{std::vector<int32_t>(B * k, -7), std::vector<T>(B * k, T{-7})};
  top_words(test_cpu(), TopWords<T>{.logits = logits.data(),
                                    .barred_begin = barred.empty() ? nullptr : begin.data(),
                                    .barred_words = words.data(),
                                    .word = found.word.data(),
                                    .log_probability = found.log_probability.data(),
                                    .B = B,
                                    .V = V,
                                    .k = k});
  return found;
}

/// By sorting the whole row.
template <class T>
void expect_sorted(const std::vector<T>& logits, int64_t V, int64_t k,
                   const std::vector<std::set<int32_t>>& barred = {}) {
  const Found<T> found = find(logits, V, k, barred);
  const auto B = static_cast<int64_t>(logits.size()) / V;
  constexpr double kTolerance = std::is_same_v<T, double> ? 1e-12 : 2e-6;
  for (int64_t b = 0; b < B; ++b) {
    const T* row = logits.data() + b * V;
    std::vector<int32_t> order;
    double sum = 0;
    for (int32_t v = 0; v < V; ++v) {
      if (!barred.empty() && barred[b].contains(v)) continue;
      order.push_back(v);
      sum += std::exp(static_cast<double>(row[v]));
    }
    std::stable_sort(order.begin(), order.end(), [&](int x, int y) { return row[x] > row[y]; });
    for (int64_t i = 0; i < k; ++i) {
      SCOPED_TRACE(testing::Message() << "row " << b << ", place " << i << " of " << V);
      const T got = found.log_probability[b * k + i];
      if (i >= static_cast<int64_t>(order.size())) {
        ASSERT_EQ(got, -std::numeric_limits<T>::infinity());
        continue;
      }
      ASSERT_EQ(found.word[b * k + i], order[i]);
      ASSERT_NEAR(got, row[order[i]] - std::log(sum), kTolerance * std::max(1.0, -double{got}));
      ASSERT_LE(got, T{1e-6});
    }
  }
}

template <class T>
class TopWordsTest : public testing::Test {};
using Types = testing::Types<float, double>;
TYPED_TEST_SUITE(TopWordsTest, Types);

TYPED_TEST(TopWordsTest, MatchASortOfTheWholeRow) {
  for (const int64_t V : {1, 5, 15, 16, 17, 33, 100, 1000, 2997}) {
    auto logits = random_values<TypeParam>(V, 9 * V);
    for (auto& logit : logits) logit *= 8;
    for (const int64_t k : {int64_t{1}, int64_t{3}, int64_t{5}, std::min<int64_t>(V, 40)}) {
      if (k <= V) expect_sorted(logits, V, k);
    }
  }
}

TYPED_TEST(TopWordsTest, TiesGoToTheLowerWord) {
  for (const int64_t V : {7, 48, 101}) {
    auto logits = random_values<TypeParam>(V, 5 * V);
    for (auto& logit : logits) logit = std::round(logit * 3);  // seven values
    for (const int64_t k : {1, 3, 7}) expect_sorted(logits, V, k);
    expect_sorted(std::vector<TypeParam>(V, 2), V, 5);
  }
}

TYPED_TEST(TopWordsTest, AscendingAndDescendingRows) {
  for (const int64_t V : {16, 50, 64}) {
    std::vector<TypeParam> up(V);
    std::iota(up.begin(), up.end(), TypeParam{-30});
    expect_sorted(up, V, 6);
    std::reverse(up.begin(), up.end());
    expect_sorted(up, V, 6);
  }
}

TYPED_TEST(TopWordsTest, BarredWordsAreNeitherOfferedNorCounted) {
  for (const int64_t V : {5, 33, 257}) {
    const auto logits = random_values<TypeParam>(V, 4 * V);
    std::vector<std::set<int32_t>> barred(4);
    barred[0] = {0, 1, 3};
    for (int32_t v = 0; v < V; v += 2) barred[2].insert(v);
    for (int32_t v = 0; v < V; ++v) {
      if (v != 4) barred[3].insert(v);  // one word is left, certain
    }
    expect_sorted(logits, V, 4, barred);
  }
}

TYPED_TEST(TopWordsTest, WhereAllIsBarredNothingIsOffered) {
  const auto found = find(random_values<TypeParam>(1, 3), 3, 2, {{0, 1, 2}});
  for (const TypeParam value : found.log_probability) {
    EXPECT_EQ(value, -std::numeric_limits<TypeParam>::infinity());
  }
}

TYPED_TEST(TopWordsTest, LargeLogitsDoNotOverflow) {
  const auto found = find<TypeParam>({1000, 999, -1000}, 3, 2);
  EXPECT_EQ(found.word, (std::vector<int32_t>{0, 1}));
  EXPECT_NEAR(found.log_probability[0], -std::log1p(std::exp(-1.0)), 1e-4);
}

}  // namespace
}  // namespace storyteller::top_words_test
