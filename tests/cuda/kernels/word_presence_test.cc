#include "kernels/word_presence.h"

#include "tests/cuda/device_array.h"

namespace storyteller::word_presence_test {
namespace {

template <class T>
class WordPresenceCuda : public testing::Test {};
TYPED_TEST_SUITE(WordPresenceCuda, StorageTypes);

struct Sizes {
  int64_t I, L, V;
};
// Odd vocabularies, ones that vectors divide, more words than one block has threads, more blocks
// than the one that adds up their losses has threads.
constexpr Sizes kSizes[] = {{1, 1, 1}, {3, 49, 37}, {2, 5, 72}, {3, 7, 1000}, {3, 2, 25001}};

constexpr double kSharpness = 1.5;

/// Whole numbers, so that regions tie, with some scores beyond what e^x can hold.
std::vector<double> scores(int64_t n) {
  std::vector<double> x = uniform(1, n, -6, 6);
  for (size_t i = 0; i < x.size(); ++i) x[i] = std::round(x[i]) * (i % 97 == 5 ? 40 : 1);
  return x;
}
std::vector<double> presence(int64_t n) {
  std::vector<double> y = uniform(2, n, 0, 1);
  for (double& each : y) each = each > 0.7 ? 1 : 0;
  return y;
}

struct Presence {
  std::vector<double> x, y, weight, pooled, loss = std::vector<double>(1);
  /// The forward in double.
  explicit Presence(Sizes size)
      : x(scores(size.I * size.L * size.V)),
        y(presence(size.I * size.V)),
        weight(rounded<float>(uniform(5, size.V, 0, 2))),
        pooled(static_cast<size_t>(size.I * size.V)) {
    word_presence_forward(reference_cpu(), WordPresenceForward<double>{.x = x.data(),
                                                                       .y = y.data(),
                                                                       .weight = weight.data(),
                                                                       .pooled = pooled.data(),
                                                                       .loss = loss.data(),
                                                                       .I = size.I,
                                                                       .L = size.L,
                                                                       .V = size.V,
                                                                       .sharpness = kSharpness});
  }
};

TYPED_TEST(WordPresenceCuda, ForwardMatchesTheReference) {
  using T = TypeParam;
  for (const Sizes size : kSizes) {
    const auto [I, L, V] = size;
    SCOPED_TRACE(testing::Message() << "I " << I << ", L " << L << ", V " << V);
    const Presence want(size);
    const DeviceArray<T> x(want.x);
    const DeviceArray<float> y(want.y), weight(want.weight), pooled(I * V), loss(1);
    word_presence_forward(test_cuda(), WordPresenceForward<T>{.x = x.data(),
                                                              .y = y.data(),
                                                              .weight = weight.data(),
                                                              .pooled = pooled.data(),
                                                              .loss = loss.data(),
                                                              .I = I,
                                                              .L = L,
                                                              .V = V,
                                                              .sharpness = kSharpness});
    expect_close(pooled.values(), want.pooled, 2e-5, "pooled");
    expect_close(loss.values(), want.loss, 2e-5, "loss");
  }
}

TYPED_TEST(WordPresenceCuda, BackwardMatchesTheReferenceAndAdds) {
  using T = TypeParam;
  for (const Sizes size : kSizes) {
    const auto [I, L, V] = size;
    SCOPED_TRACE(testing::Message() << "I " << I << ", L " << L << ", V " << V);
    const Presence forward(size);
    const std::vector<double> dloss = {static_cast<double>(I * V)};
    const auto pooled = rounded<float>(forward.pooled);
    auto want = rounded<T>(uniform(3, I * L * V));
    const DeviceArray<T> x(forward.x), dx(want);
    const DeviceArray<float> y(forward.y), weight(forward.weight), device_pooled(pooled),
        device_dloss(dloss);
    word_presence_backward(test_cuda(), WordPresenceBackward<T>{.x = x.data(),
                                                                .y = y.data(),
                                                                .weight = weight.data(),
                                                                .pooled = device_pooled.data(),
                                                                .dloss = device_dloss.data(),
                                                                .dx = dx.data(),
                                                                .I = I,
                                                                .L = L,
                                                                .V = V,
                                                                .sharpness = kSharpness});
    word_presence_backward(reference_cpu(),
                           WordPresenceBackward<double>{.x = forward.x.data(),
                                                        .y = forward.y.data(),
                                                        .weight = forward.weight.data(),
                                                        .pooled = pooled.data(),
                                                        .dloss = dloss.data(),
                                                        .dx = want.data(),
                                                        .I = I,
                                                        .L = L,
                                                        .V = V,
                                                        .sharpness = kSharpness});
    expect_close(dx.values(), want, tolerance_of<T>(), "dx");
  }
}

}  // namespace
}  // namespace storyteller::word_presence_test
