// What the op cases cannot reach through the tape: extreme scores, null outputs, shared memory.
#include "kernels/attention.h"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "tests/kernels/kernel_test.h"

namespace storyteller {
namespace {

template <class T>
class AttentionTest : public testing::Test {};
using Types = testing::Types<float, double>;
TYPED_TEST_SUITE(AttentionTest, Types);

template <class T>
struct Step {
  int64_t B = 5, I = 3, L = 7, A = 19, D = 21;
  std::vector<int32_t> row_to_image = {2, 0, 2, 1, 0};
  std::vector<T> keys = random_values<T>(1, I*L*A), values = random_values<T>(2, I*L*D),
                 score_weight = random_values<T>(3, A), query = random_values<T>(4, B*A);
  std::vector<T> alpha = std::vector<T>(B * L, NAN), context = std::vector<T>(B * D, NAN),
                 z = std::vector<T>(B * D, NAN);

  void forward(ScoreFunction score) {
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
                                                      .score = score});
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

}  // namespace
}  // namespace storyteller
