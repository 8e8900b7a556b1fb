// What the op cases cannot reach through the tape: extreme scores, null outputs, shared memory.
#include "kernels/attention.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "tests/kernels/kernel_test.h"

namespace storyteller::attention_test {
namespace {

template <class T>
class AttentionTest : public testing::Test {};
using Types = testing::Types<float, double>;
TYPED_TEST_SUITE(AttentionTest, Types);

/// How regions are taken.
struct Draw {
  bool at_random = false;
  uint64_t key = 0;
  const uint64_t* row_key = nullptr;
};

template <class T>
struct Step {
  int64_t B = 5, I = 3, L = 7, A = 19, D = 21;
  std::vector<int32_t> row_to_image = {2, 0, 2, 1, 0};
  std::vector<T> keys = random_values<T>(1, I*L*A), values = random_values<T>(2, I*L*D),
                 score_weight = random_values<T>(3, A), query = random_values<T>(4, B*A);
  std::vector<T> alpha = std::vector<T>(B * L, NAN), context = std::vector<T>(B * D, NAN),
                 z = std::vector<T>(B * D, NAN);

  std::vector<T> log_sum = std::vector<T>(B, NAN), drawn = std::vector<T>(B * L, NAN);

  /// `draw`: null where none are taken.
  void forward(ScoreFunction score, const Draw* draw = nullptr) {
    attention_forward(test_cpu(), AttentionForward<T>{.keys = keys.data(),
                                                      .values = values.data(),
                                                      .score_weight = score_weight.data(),
                                                      .query = query.data(),
                                                      .gate = nullptr,
                                                      .row_to_image = row_to_image.data(),
                                                      .alpha = alpha.data(),
                                                      .context = context.data(),
                                                      .z = z.data(),
                                                      .B = B,
                                                      .L = L,
                                                      .A = A,
                                                      .D = D,
                                                      .score = score,
                                                      .log_sum = log_sum.data(),
                                                      .drawn = draw ? drawn.data() : nullptr,
                                                      .at_random = draw && draw->at_random,
                                                      .key = draw ? draw->key : 0,
                                                      .row_key = draw ? draw->row_key : nullptr});
  }
};

TYPED_TEST(AttentionTest, WeightsArePositiveAndSumToOne) {
  for (const TypeParam size : {0, 1, 30, 1000, 30000}) {  // of the scores
    for (const ScoreFunction score : {ScoreFunction::kTanh, ScoreFunction::kRelu}) {
      Step<TypeParam> step;
      for (TypeParam& w : step.score_weight) w *= size;
      step.forward(score);
      for (int64_t b = 0; b < step.B; ++b) {
        double sum = 0;
        for (int64_t l = 0; l < step.L; ++l) {
          const TypeParam alpha = step.alpha[b * step.L + l];
          EXPECT_GE(alpha, 0);
          EXPECT_LE(alpha, 1 + 1e-6);
          sum += alpha;
          EXPECT_TRUE(size != 0 || std::abs(alpha - 1.0 / static_cast<double>(step.L)) < 1e-7);
        }
        EXPECT_NEAR(sum, 1, 1e-6) << "scores of size " << size;
      }
    }
  }
}

TYPED_TEST(AttentionTest, OneRegionGetsEverything) {
  Step<TypeParam> step;
  step.L = 1;
  step.forward(ScoreFunction::kTanh);
  for (int64_t b = 0; b < step.B; ++b) {
    EXPECT_EQ(step.alpha[b], 1);
    for (int64_t d = 0; d < step.D; ++d) {
      EXPECT_EQ(step.z[b * step.D + d], step.values[step.row_to_image[b] * step.D + d]);
    }
  }
}

TYPED_TEST(AttentionTest, WithoutAGateTheContextMayBeTheOutput) {
  Step<TypeParam> apart, shared;
  apart.forward(ScoreFunction::kTanh);
  EXPECT_EQ(apart.context, apart.z);
  std::swap(shared.context, shared.z);
  shared.context.clear();
  attention_forward(test_cpu(),
                    AttentionForward<TypeParam>{.keys = shared.keys.data(),
                                                .values = shared.values.data(),
                                                .score_weight = shared.score_weight.data(),
                                                .query = shared.query.data(),
                                                .gate = nullptr,
                                                .row_to_image = shared.row_to_image.data(),
                                                .alpha = shared.alpha.data(),
                                                .context = shared.z.data(),
                                                .z = shared.z.data(),
                                                .B = shared.B,
                                                .L = shared.L,
                                                .A = shared.A,
                                                .D = shared.D});
  EXPECT_EQ(shared.z, apart.z);
}

TYPED_TEST(AttentionTest, ARowDependsOnItsOwnQueryAndPictureAlone) {
  Step<TypeParam> all, changed;
  all.forward(ScoreFunction::kTanh);
  for (int64_t i = 0; i < changed.L * changed.A; ++i) changed.keys[i] = 5;  // of picture 0
  changed.forward(ScoreFunction::kTanh);
  for (int64_t b = 0; b < all.B; ++b) {
    const bool same = std::equal(all.z.begin() + b * all.D, all.z.begin() + (b + 1) * all.D,
                                 changed.z.begin() + b * all.D);
    EXPECT_EQ(same, all.row_to_image[b] != 0) << "row " << b;
  }
}

TYPED_TEST(AttentionTest, TheLogOfTheSumIsThatOfTheScores) {
  for (const TypeParam size : {1, 1000}) {
    Step<TypeParam> step;
    for (TypeParam& w : step.score_weight) w *= size;
    step.forward(ScoreFunction::kTanh);
    for (int64_t b = 0; b < step.B; ++b) {
      const TypeParam* key = step.keys.data() + step.row_to_image[b] * step.L * step.A;
      double e = 0;  // of the first region
      for (int64_t a = 0; a < step.A; ++a) {
        e += step.score_weight[a] * std::tanh(double{key[a]} + step.query[b * step.A + a]);
      }
      const TypeParam alpha = step.alpha[b * step.L];
      if (alpha > 1e-6) {
        EXPECT_NEAR(e - std::log(alpha), step.log_sum[b], 1e-4 * size);
      }
      EXPECT_TRUE(std::isfinite(step.log_sum[b]));
    }
  }
}

/// `rows` rows that look at one picture of five regions, whose scores are their keys.
template <class T>
Step<T> rows_of_one_picture(int64_t rows, std::vector<T> scores) {
  Step<T> step;
  step.B = rows, step.I = 1, step.L = std::ssize(scores), step.A = 1, step.D = 2;
  step.row_to_image.assign(rows, 0);
  step.keys = std::move(scores);
  step.values = random_values<T>(2, step.L * step.D);
  step.score_weight = {1};
  step.query.assign(rows, 0);
  step.alpha.assign(rows * step.L, NAN);
  step.drawn.assign(rows * step.L, NAN);
  step.context.assign(rows * step.D, NAN);
  step.z.assign(rows * step.D, NAN);
  step.log_sum.assign(rows, NAN);
  return step;
}

template <class T>
std::vector<int64_t> regions_drawn(const Step<T>& step) {
  std::vector<int64_t> regions;
  for (int64_t b = 0; b < step.B; ++b) {
    int64_t region = 0;
    while (step.drawn[b * step.L + region] == 0) ++region;
    regions.push_back(region);
  }
  return regions;
}

TYPED_TEST(AttentionTest, RegionsAreDrawnAsOftenAsTheirWeightsSay) {
  using T = TypeParam;
  constexpr int64_t kRows = 20000;
  auto step = rows_of_one_picture<T>(kRows, {1, 0, 2.5, 0.5, 1.75});
  std::vector<uint64_t> row_key;
  for (uint64_t b = 0; b < kRows; ++b) row_key.push_back(b << 20);
  const Draw draw = {.at_random = true, .key = 3, .row_key = row_key.data()};
  step.forward(ScoreFunction::kRelu, &draw);
  std::vector<double> count(step.L);
  for (const int64_t region : regions_drawn(step)) ++count[region];
  double chi_square = 0;
  for (int64_t l = 0; l < step.L; ++l) {
    const double expected = kRows * double{step.alpha[l]};
    chi_square += std::pow(count[l] - expected, 2) / expected;
  }
  EXPECT_LT(chi_square, 18.5);  // one in a thousand, of four degrees of freedom
}

TYPED_TEST(AttentionTest, WhatARowDrawsIsItsOwnMatterAndItsContextIsThatRegion) {
  using T = TypeParam;
  auto step = rows_of_one_picture<T>(6, {1, 0, 2, 0.5, 1.75});
  const std::vector<uint64_t> row_key = {9, 2, 9, 4, 7, 2};
  const Draw draw = {.at_random = true, .key = 3, .row_key = row_key.data()};
  step.forward(ScoreFunction::kRelu, &draw);
  const auto regions = regions_drawn(step);
  EXPECT_EQ(regions[0], regions[2]);
  EXPECT_EQ(regions[1], regions[5]);
  for (int64_t b = 0; b < step.B; ++b) {
    for (int64_t l = 0; l < step.L; ++l) {
      EXPECT_EQ(step.drawn[b * step.L + l], l == regions[b] ? 1 : 0);
      EXPECT_LT(step.alpha[b * step.L + l], 1);
    }
    for (int64_t d = 0; d < step.D; ++d) {
      EXPECT_EQ(step.z[b * step.D + d], step.values[regions[b] * step.D + d]);
    }
  }
  // Without keys all rows draw the same one, and with another key of the step another one.
  std::vector<int64_t> seen;
  for (uint64_t key = 0; key < 40; ++key) {
    const Draw alike = {.at_random = true, .key = key};
    step.forward(ScoreFunction::kRelu, &alike);
    const auto same = regions_drawn(step);
    EXPECT_EQ(std::count(same.begin(), same.end(), same[0]), step.B);
    if (std::find(seen.begin(), seen.end(), same[0]) == seen.end()) seen.push_back(same[0]);
  }
  EXPECT_GE(seen.size(), 4U);
}

TYPED_TEST(AttentionTest, TheLikeliestRegionIsTheFirstOfEqualOnes) {
  using T = TypeParam;
  auto step = rows_of_one_picture<T>(2, {1, 2, 0, 2, 2});
  const Draw draw = {};
  step.forward(ScoreFunction::kRelu, &draw);
  EXPECT_EQ(regions_drawn(step), std::vector<int64_t>({1, 1}));
}

}  // namespace
}  // namespace storyteller::attention_test
