// The edges of the range; the op cases hold the cell and its gradient to their formulas.
#include "kernels/lstm_cell.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "tests/kernels/kernel_test.h"

namespace storyteller::lstm_cell_test {
namespace {

template <class T>
class LstmCellTest : public testing::Test {};
using Types = testing::Types<float, double>;
TYPED_TEST_SUITE(LstmCellTest, Types);

TYPED_TEST(LstmCellTest, SaturatedGatesKeepOrReplaceTheCell) {
  using T = TypeParam;
  constexpr int64_t H = 37;
  const auto c = random_values<T>(1, H);
  for (const bool keep : {true, false}) {
    std::vector<T> a(4 * H), c_out(H), h(H);
    for (int64_t j = 0; j < H; ++j) {
      a[j] = keep ? -200 : 200;      // i
      a[H + j] = keep ? 200 : -200;  // f
      a[2 * H + j] = 200;            // g
      a[3 * H + j] = 200;            // o
    }
    lstm_cell_forward(test_cpu(), LstmCellForward<T>{.a = a.data(),
                                                     .c = c.data(),
                                                     .gates = a.data(),
                                                     .c_out = c_out.data(),
                                                     .h_out = h.data(),
                                                     .B = 1,
                                                     .H = H});
    for (int64_t j = 0; j < H; ++j) {
      EXPECT_NEAR(c_out[j], keep ? c[j] : 1, 1e-6);
      EXPECT_NEAR(h[j], std::tanh(c_out[j]), 1e-6);
    }
  }
}

TYPED_TEST(LstmCellTest, NullGradientsAreZero) {
  using T = TypeParam;
  constexpr int64_t B = 3, H = 19;
  auto gates = random_values<T>(1, 4 * B * H);
  const auto c = random_values<T>(2, B * H), c_out = random_values<T>(3, B * H),
             some = random_values<T>(4, B * H);
  const std::vector<T> zero(B * H, 0);
  const auto backward = [&](const T* dh, const T* dc_out, bool want_dc) {
    std::vector<T> da(4 * B * H, 1), dc(B * H, 1);
    lstm_cell_backward(test_cpu(), LstmCellBackward<T>{.gates = gates.data(),
                                                       .c = c.data(),
                                                       .c_out = c_out.data(),
                                                       .dh_out = dh,
                                                       .dc_out = dc_out,
                                                       .da = da.data(),
                                                       .dc = want_dc ? dc.data() : nullptr,
                                                       .B = B,
                                                       .H = H});
    if (want_dc) da.insert(da.end(), dc.begin(), dc.end());
    return da;
  };
  EXPECT_EQ(backward(nullptr, some.data(), true), backward(zero.data(), some.data(), true));
  EXPECT_EQ(backward(some.data(), nullptr, true), backward(some.data(), zero.data(), true));
  auto with = backward(some.data(), some.data(), true);
  with.resize(4 * B * H);
  EXPECT_EQ(backward(some.data(), some.data(), false), with);
}

TYPED_TEST(LstmCellTest, OfTwoCandidatesTheGreaterLearnsAndOfEqualOnesTheFirst) {
  using T = TypeParam;
  constexpr int64_t H = 3;
  const std::vector<T> gates = {.5, .5, .5,    // i
                                .5, .5, .5,    // f
                                .5, .5, .5,    // o
                                -2, 3,  .25,   // a
                                -1, .5, .25};  // b
  const std::vector<T> c(H, 0), dc_out(H, 8);
  std::vector<T> da(5 * H, 0);
  lstm_cell_backward(test_cpu(), LstmCellBackward<T>{.gates = gates.data(),
                                                     .c = c.data(),
                                                     .c_out = c.data(),
                                                     .dh_out = nullptr,
                                                     .dc_out = dc_out.data(),
                                                     .da = da.data(),
                                                     .dc = nullptr,
                                                     .B = 1,
                                                     .H = H,
                                                     .form = LstmForm::kMaxOut});
  const std::vector<T> of_candidates(da.begin() + 3 * H, da.end());
  EXPECT_EQ(of_candidates, std::vector<T>({0, 4, 4, 4, 0, 0}));
  EXPECT_EQ(std::vector<T>(da.begin(), da.begin() + H), std::vector<T>({-2, 6, .5}));
}

}  // namespace
}  // namespace storyteller::lstm_cell_test
