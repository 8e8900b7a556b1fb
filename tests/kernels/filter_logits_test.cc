#include "kernels/filter_logits.h"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "tests/kernels/filter_logits_reference.h"
#include "tests/kernels/kernel_test.h"

namespace storyteller::filter_logits_test {
namespace {

template <class T>
struct Filtered {
  std::vector<T> logits;
  std::vector<T> kept_log_probability;

  std::vector<int64_t> words(int64_t b, int64_t V) const {
    std::vector<int64_t> stay;
    for (int64_t v = 0; v < V; ++v) {
      if (logits[b * V + v] > -std::numeric_limits<T>::infinity()) stay.push_back(v);
    }
    return stay;
  }
};

template <class T>
Filtered<T> filtered(std::vector<T> logits, int64_t V, const FilterSettings& filters) {
  const auto B = static_cast<int64_t>(logits.size()) / V;
  Filtered<T> result{std::move(logits), std::vector<T>(B, T{7})};
  filter_logits(test_cpu(),
                FilterLogits<T>{.logits = result.logits.data(),
                                .barred_begin = nullptr,
                                .barred_words = nullptr,
                                .kept_log_probability = result.kept_log_probability.data(),
                                .B = B,
                                .V = V,
                                .temperature = static_cast<T>(filters.temperature),
                                .top_k = filters.top_k,
                                .top_p = static_cast<T>(filters.top_p),
                                .min_p = static_cast<T>(filters.min_p),
                                .typical_p = static_cast<T>(filters.typical_p)});
  return result;
}

template <class T>
class FilterLogitsTest : public testing::Test {
 protected:
  /// ln p of p = (.5, .2, .15, .1, .05), whose entropy is 1.3331.
  std::vector<int64_t> stay(const FilterSettings& filters) const {
    return filtered<T>({std::log(T(.5)), std::log(T(.2)), std::log(T(.15)), std::log(T(.1)),
                        std::log(T(.05))},
                       5, filters)
        .words(0, 5);
  }
};
using Types = testing::Types<float, double>;
TYPED_TEST_SUITE(FilterLogitsTest, Types);

using Words = std::vector<int64_t>;

TYPED_TEST(FilterLogitsTest, NothingAskedKeepsAll) {
  EXPECT_EQ(this->stay({}), (Words{0, 1, 2, 3, 4}));
  EXPECT_EQ(this->stay({.top_k = 5}), (Words{0, 1, 2, 3, 4}));
  EXPECT_EQ(this->stay({.top_k = 50}), (Words{0, 1, 2, 3, 4}));
}

TYPED_TEST(FilterLogitsTest, TopKKeepsTheGreatest) {
  EXPECT_EQ(this->stay({.top_k = 1}), (Words{0}));
  EXPECT_EQ(this->stay({.top_k = 3}), (Words{0, 1, 2}));
}

TYPED_TEST(FilterLogitsTest, TheNucleusKeepsTheWordThatCrosses) {
  EXPECT_EQ(this->stay({.top_p = 0}), (Words{0}));
  EXPECT_EQ(this->stay({.top_p = 1e-7}), (Words{0}));
  EXPECT_EQ(this->stay({.top_p = .45}), (Words{0}));
  EXPECT_EQ(this->stay({.top_p = .6}), (Words{0, 1}));
  EXPECT_EQ(this->stay({.top_p = .72}), (Words{0, 1, 2}));
  EXPECT_EQ(this->stay({.top_p = .9}), (Words{0, 1, 2, 3}));
  EXPECT_EQ(this->stay({.top_p = .97}), (Words{0, 1, 2, 3, 4}));
}

TYPED_TEST(FilterLogitsTest, MinPIsAShareOfTheGreatest) {
  EXPECT_EQ(this->stay({.min_p = .05}), (Words{0, 1, 2, 3, 4}));
  EXPECT_EQ(this->stay({.min_p = .25}), (Words{0, 1, 2}));
  EXPECT_EQ(this->stay({.min_p = .35}), (Words{0, 1}));
  EXPECT_EQ(this->stay({.min_p = 1}), (Words{0}));
}

TYPED_TEST(FilterLogitsTest, TypicalWordsAreThoseOfUsualInformationAndTheFirst) {
  EXPECT_EQ(this->stay({.typical_p = .3}), (Words{0, 1, 2}));
  EXPECT_EQ(this->stay({.typical_p = .6}), (Words{0, 1, 2}));
  EXPECT_EQ(this->stay({.typical_p = .9}), (Words{0, 1, 2, 3}));
}

TYPED_TEST(FilterLogitsTest, TiesGoToTheLowerId) {
  using T = TypeParam;
  const std::vector<T> row = {1, 2, 2, 2, 1, 2};
  EXPECT_EQ(filtered<T>(row, 6, {.top_k = 2}).words(0, 6), (Words{1, 2}));
  EXPECT_EQ(filtered<T>(row, 6, {.top_k = 5}).words(0, 6), (Words{0, 1, 2, 3, 5}));
  const std::vector<T> flat(700, T(-3));
  Words half(350);
  for (int64_t i = 0; i < 350; ++i) half[i] = i;
  EXPECT_EQ(filtered<T>(flat, 700, {.top_p = .5}).words(0, 700), half);
  EXPECT_EQ(filtered<T>(flat, 700, {.typical_p = .5}).words(0, 700), half);
  const std::vector<T> zeros = {T(-0.0), T(0.0), T(-1)};
  EXPECT_EQ(filtered<T>(zeros, 3, {.top_k = 1}).words(0, 3), (Words{0}));
}

TYPED_TEST(FilterLogitsTest, FiltersWorkOnWhatTheOneBeforeLeft) {
  // The first three words renormalised: (.588, .235, .176).
  EXPECT_EQ(this->stay({.top_k = 3, .top_p = .8}), (Words{0, 1}));
  EXPECT_EQ(this->stay({.top_p = .8}), (Words{0, 1, 2}));
  EXPECT_EQ(this->stay({.top_k = 3, .top_p = .8, .min_p = .5}), (Words{0}));
}

TYPED_TEST(FilterLogitsTest, AgreesWithTheDefinition) {
  using T = TypeParam;
  constexpr int64_t B = 6, V = 1009;
  auto logits = random_values<T>(11, B * V);
  for (T& x : logits) x = std::round(x * 5000) / 1000;  // some tie
  for (int64_t b = 0; b < B; ++b) logits[b * V + 3 * b] = -std::numeric_limits<T>::infinity();
  const FilterSettings cases[] = {
      {.top_k = 40},
      {.temperature = .3, .top_p = .9},
      {.temperature = 2, .top_p = .5},
      {.temperature = .7, .min_p = .1},
      {.typical_p = .6},
      {.temperature = .5, .typical_p = .2},
      {.temperature = .8, .top_k = 300, .top_p = .8, .min_p = .02, .typical_p = .7}};
  for (const FilterSettings& filters : cases) {
    SCOPED_TRACE(testing::Message() << "case " << &filters - cases);
    const Filtered<T> result = filtered(logits, V, filters);
    for (int64_t b = 0; b < B; ++b) {
      const std::vector<double> row(logits.begin() + b * V, logits.begin() + (b + 1) * V);
      const std::vector<bool> stays = words_that_stay(row, filters);
      double kept = 0, whole = 0;
      for (int64_t v = 0; v < V; ++v) {
        EXPECT_EQ(result.logits[b * V + v] == logits[b * V + v], stays[v] || std::isinf(row[v]))
            << "row " << b << ", word " << v;
        whole += std::exp(row[v]);
        if (stays[v]) kept += std::exp(row[v]);
      }
      EXPECT_NEAR(result.kept_log_probability[b], std::log(kept / whole), 1e-6);
    }
  }
}

TYPED_TEST(FilterLogitsTest, WhatIsNoWordNeverStays) {
  using T = TypeParam;
  constexpr T kBarred = -std::numeric_limits<T>::infinity();
  const T nan = std::numeric_limits<T>::quiet_NaN();
  const auto some = filtered<T>({nan, kBarred, -3, nan, -4}, 5, {.top_p = .5});
  EXPECT_EQ(some.words(0, 5), (Words{2}));
  EXPECT_EQ(filtered<T>({nan, -3, -4, kBarred}, 4, {.top_k = 3}).words(0, 4), (Words{1, 2}));
  const auto none = filtered<T>({kBarred, nan, kBarred}, 3, {.top_k = 1});
  EXPECT_EQ(none.words(0, 3), Words{});
  EXPECT_EQ(none.logits, std::vector<T>(3, kBarred));
  EXPECT_TRUE(std::isnan(none.kept_log_probability[0]));
}

TYPED_TEST(FilterLogitsTest, BarredWordsAreNoWords) {
  using T = TypeParam;
  std::vector<T> logits = {3, 2, 1, 0, /**/ 3, 2, 1, 0};
  const std::vector<int32_t> begin = {0, 0, 2}, barred = {0, 2};
  std::vector<T> kept(2);
  filter_logits(test_cpu(), FilterLogits<T>{.logits = logits.data(),
                                            .barred_begin = begin.data(),
                                            .barred_words = barred.data(),
                                            .kept_log_probability = kept.data(),
                                            .B = 2,
                                            .V = 4,
                                            .top_k = 1});
  constexpr T kNone = -std::numeric_limits<T>::infinity();
  EXPECT_EQ(logits, (std::vector<T>{3, kNone, kNone, kNone, /**/ kNone, 2, kNone, kNone}));
  EXPECT_NEAR(kept[1], std::log(1 / (1 + std::exp(-2.0))), 1e-6);
}

TYPED_TEST(FilterLogitsTest, ARowDoesNotDependOnTheOthersOrOnThreads) {
  using T = TypeParam;
  constexpr int64_t B = 30, V = 300;
  const auto logits = random_values<T>(4, B * V);
  const FilterSettings filters{.temperature = .5, .top_p = .7};
  const auto all = filtered(logits, V, filters);
  const ThreadCount scope(1);
  for (int64_t b = 0; b < B; ++b) {
    const std::vector<T> row(logits.begin() + b * V, logits.begin() + (b + 1) * V);
    const auto alone = filtered(row, V, filters);
    EXPECT_EQ(alone.words(0, V), all.words(b, V));
    EXPECT_EQ(alone.kept_log_probability[0], all.kept_log_probability[b]);
  }
}

}  // namespace
}  // namespace storyteller::filter_logits_test
