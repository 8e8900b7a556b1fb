#include "kernels/region_reward.h"

#include "tests/cuda/device_array.h"

namespace storyteller::region_reward_test {
namespace {

template <class T>
class RegionRewardCuda : public testing::Test {};
TYPED_TEST_SUITE(RegionRewardCuda, StorageTypes);

constexpr double kTolerance = 2e-5;
constexpr float kRewardWeight = 0.75F, kEntropyWeight = 0.25F;

/// One call: captions that fall in length, of which some words, and whole captions, do not count.
struct Call {
  int64_t L;
  std::vector<int64_t> offset = {0};
  std::vector<int32_t> target;
  std::vector<double> loss, alpha, drawn;

  Call(uint64_t key, int64_t regions, const std::vector<int64_t>& counts) : L(regions) {
    for (const int64_t count : counts) offset.push_back(offset.back() + count);
    loss = rounded<float>(uniform(key, N(), 0.5, 4));
    alpha = rounded<float>(uniform(key + 1, N() * L, 0.01, 1));
    drawn.assign(alpha.size(), 0);
    for (int64_t n = 0; n < N(); ++n) {
      drawn[n * L + (5 * n + 3) % L] = 1;
      target.push_back(n % 4 == 2 ? -1 : 0);
    }
  }
  int64_t N() const { return offset.back(); }
  int64_t B() const { return offset[1]; }
  int64_t steps() const { return std::ssize(offset) - 1; }
  /// Takes all words of caption b away.
  Call& silence(int64_t b) {
    for (int64_t t = 0; t < steps() && b < offset[t + 1] - offset[t]; ++t)
      target[offset[t] + b] = -1;
    return *this;
  }
};

/// Odd numbers of regions, more captions than a block has threads, more elements than a grid has,
/// more steps than one launch takes, captions without a word that counts.
std::vector<Call> all_calls() {
  std::vector<int64_t> many(259, 1);
  many[0] = many[1] = 3;
  return {Call(1, 1, {1}), Call(3, 49, {7, 7, 4, 1}).silence(1),
          Call(5, 5, {600, 300, 2}).silence(9), Call(7, 3, many),
          Call(9, 40, {4, 2}).silence(0).silence(1).silence(2).silence(3)};
}

struct Results {
  std::vector<double> state, advantage, value;
};

template <class T>
Results forward(const Call& in, const std::vector<double>& before, int64_t step) {
  const DeviceArray<float> loss(in.loss), alpha(in.alpha), drawn(in.drawn), state(before),
      advantage(in.B()), value(1);
  const DeviceArray<int32_t> target(in.target);
  region_reward_forward(test_cuda(), RegionRewardForward<T>{.loss = loss.data(),
                                                            .target = target.data(),
                                                            .alpha = alpha.data(),
                                                            .drawn = drawn.data(),
                                                            .offset = in.offset.data(),
                                                            .state = state.data(),
                                                            .advantage = advantage.data(),
                                                            .value = value.data(),
                                                            .steps = in.steps(),
                                                            .B = in.B(),
                                                            .L = in.L,
                                                            .step = step,
                                                            .reward_weight = kRewardWeight,
                                                            .entropy_weight = kEntropyWeight,
                                                            .normaliser = 11});
  return {state.values(), advantage.values(), value.values()};
}

Results wanted(const Call& in, const std::vector<double>& before, int64_t step) {
  Results out{before, std::vector<double>(in.B()), std::vector<double>(1)};
  region_reward_forward(reference_cpu(),
                        RegionRewardForward<double>{.loss = in.loss.data(),
                                                    .target = in.target.data(),
                                                    .alpha = in.alpha.data(),
                                                    .drawn = in.drawn.data(),
                                                    .offset = in.offset.data(),
                                                    .state = out.state.data(),
                                                    .advantage = out.advantage.data(),
                                                    .value = out.value.data(),
                                                    .steps = in.steps(),
                                                    .B = in.B(),
                                                    .L = in.L,
                                                    .step = step,
                                                    .reward_weight = double{kRewardWeight},
                                                    .entropy_weight = double{kEntropyWeight},
                                                    .normaliser = 11});
  return out;
}

/// Each element, relative to itself: those of a state are of different sizes.
void expect_state(const std::vector<double>& got, const std::vector<double>& wanted) {
  for (size_t i = 0; i < wanted.size(); ++i) {
    EXPECT_NEAR(got[i], wanted[i], kTolerance * std::abs(wanted[i])) << "element " << i;
  }
}

TYPED_TEST(RegionRewardCuda, ForwardMatchesTheReference) {
  // Nothing known, a baseline in the same step, one from the step before and one that moves.
  const std::vector<double> states[] = {
      {0, 0, 0, 0, 0}, {-2, -7, 3, 5, 1}, {0, -7, 3, 4, 0}, {-2, -7, 3, 4, 1}, {-2, 0, 0, 4, 1}};
  for (const Call& call : all_calls()) {
    for (const auto& state : states) {
      SCOPED_TRACE(testing::Message() << "B " << call.B() << ", L " << call.L << ", steps "
                                      << call.steps() << ", step " << state[3]);
      const Results got = forward<TypeParam>(call, state, 4), want = wanted(call, state, 4);
      expect_close(got.advantage, want.advantage, kTolerance, "advantage");
      expect_close(got.value, want.value, kTolerance, "value");
      expect_state(got.state, want.state);
    }
  }
}

TYPED_TEST(RegionRewardCuda, TheBaselineMovesFromStepToStepAndPartsShareIt) {
  std::vector<double> got(5, 0), want(5, 0);
  uint64_t key = 20;
  for (const int64_t step : {0, 0, 1, 1, 2, 5, 5}) {
    const Call call(key += 2, 4, {3, 3, 2});
    got = forward<TypeParam>(call, got, step).state;
    want = wanted(call, want, step).state;
    expect_state(got, want);
  }
  EXPECT_LT(got[RegionRewardState::kBaseline], -0.5);
}

TYPED_TEST(RegionRewardCuda, BackwardMatchesTheReferenceAndAdds) {
  using T = TypeParam;
  for (const Call& call : all_calls()) {
    SCOPED_TRACE(testing::Message()
                 << "B " << call.B() << ", L " << call.L << ", steps " << call.steps());
    const auto given = rounded<float>(uniform(1, call.B(), -2, 2)), dvalue = std::vector<double>{3};
    auto want_dalpha = rounded<float>(uniform(2, call.N() * call.L));
    const DeviceArray<float> alpha(call.alpha), drawn(call.drawn), advantage(given),
        device_dvalue(dvalue), dalpha(want_dalpha);
    const DeviceArray<int32_t> target(call.target);
    region_reward_backward(test_cuda(), RegionRewardBackward<T>{.target = target.data(),
                                                                .alpha = alpha.data(),
                                                                .drawn = drawn.data(),
                                                                .offset = call.offset.data(),
                                                                .advantage = advantage.data(),
                                                                .dvalue = device_dvalue.data(),
                                                                .dalpha = dalpha.data(),
                                                                .steps = call.steps(),
                                                                .B = call.B(),
                                                                .L = call.L,
                                                                .reward_weight = kRewardWeight,
                                                                .entropy_weight = kEntropyWeight,
                                                                .normaliser = 11});
    region_reward_backward(reference_cpu(),
                           RegionRewardBackward<double>{.target = call.target.data(),
                                                        .alpha = call.alpha.data(),
                                                        .drawn = call.drawn.data(),
                                                        .offset = call.offset.data(),
                                                        .advantage = given.data(),
                                                        .dvalue = dvalue.data(),
                                                        .dalpha = want_dalpha.data(),
                                                        .steps = call.steps(),
                                                        .B = call.B(),
                                                        .L = call.L,
                                                        .reward_weight = double{kRewardWeight},
                                                        .entropy_weight = double{kEntropyWeight},
                                                        .normaliser = 11});
    expect_close(dalpha.values(), want_dalpha, kTolerance, "dalpha");
  }
}

/// Weights for which there is no logarithm, or one whose derivative is infinite.
TYPED_TEST(RegionRewardCuda, WeightsOfZeroGiveFiniteNumbers) {
  Call call(40, 2, {1});
  call.alpha = {0, 1};
  call.drawn = {1, 0};
  const std::vector<double> state = {-9, 0, 0, 5, 1};
  const Results got = forward<TypeParam>(call, state, 4), want = wanted(call, state, 4);
  EXPECT_NEAR(got.value[0], want.value[0], kTolerance * std::abs(want.value[0]));
  EXPECT_GT(std::abs(got.value[0]), 10);
  const DeviceArray<float> alpha(call.alpha), drawn(call.drawn), advantage(std::vector<double>{1}),
      dvalue(std::vector<double>{11}), dalpha(std::vector<double>{0, 0});
  const DeviceArray<int32_t> target(call.target);
  region_reward_backward(test_cuda(), RegionRewardBackward<TypeParam>{.target = target.data(),
                                                                      .alpha = alpha.data(),
                                                                      .drawn = drawn.data(),
                                                                      .offset = call.offset.data(),
                                                                      .advantage = advantage.data(),
                                                                      .dvalue = dvalue.data(),
                                                                      .dalpha = dalpha.data(),
                                                                      .steps = 1,
                                                                      .B = 1,
                                                                      .L = 2,
                                                                      .reward_weight = 0.5F,
                                                                      .entropy_weight = 2,
                                                                      .normaliser = 11});
  EXPECT_NEAR(dalpha.values()[0], -0.5e30, 1e25);
  EXPECT_EQ(dalpha.values()[1], 2);
}

TYPED_TEST(RegionRewardCuda, NoCaptionsAreNoError) {
  const int64_t offset[] = {0, 0};
  RegionRewardForward<TypeParam> forward = {};
  RegionRewardBackward<TypeParam> backward = {};
  forward.offset = backward.offset = offset;
  forward.steps = backward.steps = 1;
  forward.L = backward.L = 3;
  region_reward_forward(test_cuda(), forward);
  region_reward_backward(test_cuda(), backward);
  test_cuda().context->synchronize();
}

}  // namespace
}  // namespace storyteller::region_reward_test
