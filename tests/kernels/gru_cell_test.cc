// The edges of the range; the op cases hold the cell and its gradient to their formulas.
#include "kernels/gru_cell.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "tests/kernels/kernel_test.h"

namespace storyteller::gru_cell_test {
namespace {

template <class T>
class GruCellTest : public testing::Test {};
using Types = testing::Types<float, double>;
TYPED_TEST_SUITE(GruCellTest, Types);

constexpr int64_t kH = 37;

/// One step in place from pre-activations that are the same for every unit; gives h'.
template <class T>
std::vector<T> step(T r, T z, T n, T ah_n, std::vector<T> state) {
  std::vector<T> ax(3 * kH), ah(3 * kH, 0), h(kH);
  std::fill_n(ax.begin(), kH, r);
  std::fill_n(ax.begin() + kH, kH, z);
  std::fill_n(ax.begin() + 2 * kH, kH, n);
  std::fill_n(ah.begin() + 2 * kH, kH, ah_n);
  gru_cell_forward(test_cpu(), GruCellForward<T>{.ax = ax.data(),
                                                 .ah = ah.data(),
                                                 .state = state.data(),
                                                 .gates = ax.data(),
                                                 .state_out = state.data(),
                                                 .h_out = h.data(),
                                                 .B = 1,
                                                 .H = kH});
  EXPECT_EQ(h, state);
  return h;
}

TYPED_TEST(GruCellTest, ASaturatedUpdateGateKeepsTheStateToTheBit) {
  using T = TypeParam;
  const auto state = random_values<T>(1, kH);
  EXPECT_EQ(step<T>(0, 200, 200, -3, state), state);
}

TYPED_TEST(GruCellTest, AClosedUpdateGateReplacesTheState) {
  using T = TypeParam;
  for (const T h : step<T>(200, -200, 0.25, 0.5, random_values<T>(1, kH))) {
    EXPECT_NEAR(h, std::tanh(0.75), 1e-6);
  }
}

TYPED_TEST(GruCellTest, AClosedResetGateHidesTheState) {
  using T = TypeParam;
  for (const T h : step<T>(-200, -200, 0.25, 1000, random_values<T>(1, kH))) {
    EXPECT_NEAR(h, std::tanh(0.25), 1e-6);
  }
}

/// The gradients one after another, each from ones; zeros where not wanted.
template <class T>
std::vector<T> backward(const T* dh_out, const T* dstate_out, bool want_dax = true,
                        bool want_dah = true, bool want_dstate = true) {
  constexpr int64_t B = 3;
  const auto gates = random_values<T>(1, 3 * B * kH), ah = random_values<T>(2, 3 * B * kH),
             state = random_values<T>(3, B * kH);
  std::vector<T> dax(3 * B * kH, want_dax), dah(3 * B * kH, want_dah), dstate(B * kH, want_dstate);
  gru_cell_backward(test_cpu(), GruCellBackward<T>{.gates = gates.data(),
                                                   .ah = ah.data(),
                                                   .state = state.data(),
                                                   .dh_out = dh_out,
                                                   .dstate_out = dstate_out,
                                                   .dax = want_dax ? dax.data() : nullptr,
                                                   .dah = want_dah ? dah.data() : nullptr,
                                                   .dstate = want_dstate ? dstate.data() : nullptr,
                                                   .B = B,
                                                   .H = kH});
  dax.insert(dax.end(), dah.begin(), dah.end());
  dax.insert(dax.end(), dstate.begin(), dstate.end());
  return dax;
}

TYPED_TEST(GruCellTest, NullGradientsAreZero) {
  using T = TypeParam;
  const auto some = random_values<T>(4, 3 * kH);
  const std::vector<T> zero(3 * kH, 0);
  EXPECT_EQ(backward<T>(nullptr, some.data()), backward(zero.data(), some.data()));
  EXPECT_EQ(backward<T>(some.data(), nullptr), backward(some.data(), zero.data()));
}

TYPED_TEST(GruCellTest, UnwantedGradientsChangeNoOther) {
  using T = TypeParam;
  const auto dh = random_values<T>(4, 3 * kH), dstate = random_values<T>(5, 3 * kH);
  const std::vector<T> all = backward(dh.data(), dstate.data());
  const int64_t border[] = {0, 9 * kH, 18 * kH, 21 * kH};  // of dax, dah, dstate
  for (int only = 0; only < 3; ++only) {
    std::vector<T> wanted(all.size(), 0);
    std::copy(all.begin() + border[only], all.begin() + border[only + 1],
              wanted.begin() + border[only]);
    EXPECT_EQ(backward(dh.data(), dstate.data(), only == 0, only == 1, only == 2), wanted);
  }
}

}  // namespace
}  // namespace storyteller::gru_cell_test
