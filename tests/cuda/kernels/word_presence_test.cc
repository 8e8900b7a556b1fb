#include "kernels/word_presence.h"

#include "tests/cuda/device_array.h"

namespace storyteller {
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

TYPED_TEST(WordPresenceCuda, ForwardMatchesTheReference) {
  using T = TypeParam;
  for (const auto [I, L, V] : kSizes) {
    SCOPED_TRACE(testing::Message() << "I " << I << ", L " << L << ", V " << V);
    const auto x = scores(I * L * V), y = presence(I * V);
    const DeviceArray<T> device_x(x);
    const DeviceArray<float> device_y(y), loss(1);
    const DeviceArray<int32_t> best(I * V);
    word_presence_forward(test_cuda(), WordPresenceForward<T>{.x = device_x.data(),
                                                              .y = device_y.data(),
                                                              .best_region = best.data(),
                                                              .loss = loss.data(),
                                                              .I = I,
                                                              .L = L,
                                                              .V = V});
    std::vector<int32_t> want_best(static_cast<size_t>(I * V));
    std::vector<double> want_loss(1);
    word_presence_forward(reference_cpu(),
                          WordPresenceForward<double>{.x = x.data(),
                                                      .y = y.data(),
                                                      .best_region = want_best.data(),
                                                      .loss = want_loss.data(),
                                                      .I = I,
                                                      .L = L,
                                                      .V = V});
    EXPECT_EQ(best.raw(), want_best);
    expect_close(loss.values(), want_loss, 2e-5, "loss");
  }
}

TYPED_TEST(WordPresenceCuda, BackwardMatchesTheReferenceAndAdds) {
  using T = TypeParam;
  for (const auto [I, L, V] : kSizes) {
    SCOPED_TRACE(testing::Message() << "I " << I << ", L " << L << ", V " << V);
    const auto x = scores(I * L * V), y = presence(I * V);
    const std::vector<double> dloss = {static_cast<double>(I * V)};
    auto want = rounded<T>(uniform(3, I * L * V));
    std::vector<int32_t> best;
    for (const double each : uniform(4, I * V, 0, static_cast<double>(L))) {
      best.push_back(static_cast<int32_t>(each));
    }
    const DeviceArray<T> device_x(x), dx(want);
    const DeviceArray<float> device_y(y), device_dloss(dloss);
    const DeviceArray<int32_t> device_best(best);
    word_presence_backward(test_cuda(), WordPresenceBackward<T>{.x = device_x.data(),
                                                                .y = device_y.data(),
                                                                .best_region = device_best.data(),
                                                                .dloss = device_dloss.data(),
                                                                .dx = dx.data(),
                                                                .I = I,
                                                                .L = L,
                                                                .V = V});
    word_presence_backward(reference_cpu(), WordPresenceBackward<double>{.x = x.data(),
                                                                         .y = y.data(),
                                                                         .best_region = best.data(),
                                                                         .dloss = dloss.data(),
                                                                         .dx = want.data(),
                                                                         .I = I,
                                                                         .L = L,
                                                                         .V = V});
    expect_close(dx.values(), want, tolerance_of<T>(), "dx");
  }
}

}  // namespace
}  // namespace storyteller
