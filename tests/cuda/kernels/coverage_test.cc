#include "kernels/coverage.h"

#include "tests/cuda/device_array.h"

namespace storyteller::coverage_test {
namespace {

template <class T>
class CoverageCuda : public testing::Test {};
TYPED_TEST_SUITE(CoverageCuda, StorageTypes);

struct Sizes {
  int64_t L;
  std::vector<int64_t> counts;  ///< captions that have a word at each step
};

/// Odd and vectorisable region counts, more elements than a block has threads, more steps than one
/// launch takes.
std::vector<Sizes> all_sizes() {
  std::vector<int64_t> many(259, 1);
  many[0] = many[1] = 3;
  return {{1, {1}}, {49, {7, 7, 4, 1}}, {196, {9, 5}}, {3, many}};
}

std::vector<int64_t> offsets(const std::vector<int64_t>& counts) {
  std::vector<int64_t> offset = {0};
  for (const int64_t count : counts) offset.push_back(offset.back() + count);
  return offset;
}

TYPED_TEST(CoverageCuda, ForwardMatchesTheReference) {
  using T = TypeParam;
  constexpr float kWeight = 0.75F;
  for (const auto& [L, counts] : all_sizes()) {
    const auto offset = offsets(counts);
    const int64_t B = counts[0], steps = std::ssize(counts);
    SCOPED_TRACE(testing::Message() << "B " << B << ", L " << L << ", steps " << steps);
    const auto alpha = rounded<float>(uniform(1, offset.back() * L, 0, 1));
    const DeviceArray<float> device_alpha(alpha), missing(B * L), loss(1);
    coverage_forward(test_cuda(), CoverageForward<T>{.alpha = device_alpha.data(),
                                                     .offset = offset.data(),
                                                     .missing = missing.data(),
                                                     .loss = loss.data(),
                                                     .steps = steps,
                                                     .B = B,
                                                     .L = L,
                                                     .weight = kWeight});
    std::vector<double> want_missing(static_cast<size_t>(B * L)), want_loss(1);
    coverage_forward(reference_cpu(), CoverageForward<double>{.alpha = alpha.data(),
                                                              .offset = offset.data(),
                                                              .missing = want_missing.data(),
                                                              .loss = want_loss.data(),
                                                              .steps = steps,
                                                              .B = B,
                                                              .L = L,
                                                              .weight = double{kWeight}});
    expect_close(missing.values(), want_missing, 2e-5, "missing");
    expect_close(loss.values(), want_loss, 2e-5, "loss");
  }
}

TYPED_TEST(CoverageCuda, BackwardMatchesTheReferenceAndAdds) {
  using T = TypeParam;
  constexpr float kWeight = 0.75F;
  for (const auto& [L, counts] : all_sizes()) {
    const auto offset = offsets(counts);
    const int64_t B = counts[0], steps = std::ssize(counts);
    SCOPED_TRACE(testing::Message() << "B " << B << ", L " << L << ", steps " << steps);
    const auto missing = rounded<float>(uniform(1, B * L, -2, 1)), dloss = std::vector<double>{300};
    auto want_dalpha = rounded<float>(uniform(2, offset.back() * L));
    const DeviceArray<float> device_missing(missing), device_dloss(dloss), dalpha(want_dalpha);
    coverage_backward(test_cuda(), CoverageBackward<T>{.missing = device_missing.data(),
                                                       .offset = offset.data(),
                                                       .dloss = device_dloss.data(),
                                                       .dalpha = dalpha.data(),
                                                       .steps = steps,
                                                       .B = B,
                                                       .L = L,
                                                       .weight = kWeight});
    coverage_backward(reference_cpu(), CoverageBackward<double>{.missing = missing.data(),
                                                                .offset = offset.data(),
                                                                .dloss = dloss.data(),
                                                                .dalpha = want_dalpha.data(),
                                                                .steps = steps,
                                                                .B = B,
                                                                .L = L,
                                                                .weight = double{kWeight}});
    expect_close(dalpha.values(), want_dalpha, 2e-5, "dalpha");
  }
}

}  // namespace
}  // namespace storyteller::coverage_test
