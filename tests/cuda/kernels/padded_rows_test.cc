// Kernels on rows that are longer than their words, as the engine makes them: what lies behind the
// words is neither read nor spoken, and comes out as 0 where it is written at all.
#include <limits>

#include "kernels/cross_entropy.h"
#include "kernels/gemm.h"
#include "kernels/sample_step.h"
#include "kernels/soft_cross_entropy.h"
#include "kernels/top_words.h"
#include "kernels/word_presence.h"
#include "tests/cuda/device_array.h"

namespace storyteller::padded_rows_test {
namespace {

template <class T>
class PaddedRowsCuda : public testing::Test {};
TYPED_TEST_SUITE(PaddedRowsCuda, StorageTypes);

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();

/// (rows,V) in rows of `stride`, with `behind` behind the words.
std::vector<double> padded(const std::vector<double>& tight, int64_t V, int64_t stride,
                           double behind) {
  std::vector<double> all(tight.size() / static_cast<size_t>(V) * static_cast<size_t>(stride),
                          behind);
  for (int64_t i = 0; i < std::ssize(tight); ++i) all[i / V * stride + i % V] = tight[i];
  return all;
}

struct Sizes {
  int64_t rows, V, stride;
};
/// Parts of a vector, whole vectors and none behind the words; rows in registers and long ones.
constexpr Sizes kSizes[] = {
    {3, 37, 64}, {2, 2545, 2560}, {2, 40, 64}, {2, 64, 64}, {2, 12290, 12352}};

TYPED_TEST(PaddedRowsCuda, CrossEntropyCountsWordsAlone) {
  using T = TypeParam;
  for (const auto [N, V, stride] : kSizes) {
    SCOPED_TRACE(testing::Message() << "V " << V);
    const auto logits = rounded<T>(uniform(1, N * V, -6, 6));
    auto want = logits;
    std::vector<double> loss(static_cast<size_t>(N));
    std::vector<int32_t> target(static_cast<size_t>(N), static_cast<int32_t>(V - 1));
    target[1] = -1;
    cross_entropy(reference_cpu(), CrossEntropy<double>{.logits = want.data(),
                                                        .target = target.data(),
                                                        .weight = nullptr,
                                                        .loss = loss.data(),
                                                        .N = N,
                                                        .V = V,
                                                        .smoothing = 0.125});
    const DeviceArray<T> x(padded(logits, V, stride, kNothing));
    const DeviceArray<int32_t> device_target(target);
    const DeviceArray<float> device_loss(N);
    cross_entropy(test_cuda(), CrossEntropy<T>{.logits = x.data(),
                                               .target = device_target.data(),
                                               .weight = nullptr,
                                               .loss = device_loss.data(),
                                               .N = N,
                                               .V = V,
                                               .smoothing = 0.125F,
                                               .stride = stride});
    expect_close(device_loss.values(), loss, 2e-5, "loss");
    expect_close(x.values(), padded(want, V, stride, 0), tolerance_of<T>(), "gradient");
  }
}

TYPED_TEST(PaddedRowsCuda, SoftCrossEntropyCountsWordsAlone) {
  using T = TypeParam;
  for (const auto [N, V, stride] : kSizes) {
    SCOPED_TRACE(testing::Message() << "V " << V);
    const auto logits = rounded<T>(uniform(1, N * V, -6, 6));
    std::vector<double> q(logits.size()), want = logits, loss(static_cast<size_t>(N));
    add_softmax(
        reference_cpu(),
        AddSoftmax<double>{.x = logits.data(), .q = q.data(), .N = N, .V = V, .scale = 0.5});
    for (size_t i = 0; i < q.size(); ++i) q[i] += 0.5 / static_cast<double>(V);
    soft_cross_entropy(reference_cpu(), SoftCrossEntropy<double>{.logits = want.data(),
                                                                 .q = q.data(),
                                                                 .target = nullptr,
                                                                 .weight = nullptr,
                                                                 .loss = loss.data(),
                                                                 .N = N,
                                                                 .V = V});
    const DeviceArray<T> x(padded(logits, V, stride, kNothing));
    const DeviceArray<float> device_q(
        padded(std::vector<double>(q.size(), 1 / static_cast<double>(V)), V, stride, kNothing));
    const DeviceArray<float> device_loss(N);
    add_softmax(test_cuda(), AddSoftmax<T>{.x = x.data(),
                                           .q = device_q.data(),
                                           .N = N,
                                           .V = V,
                                           .scale = 1,
                                           .accumulate = true,
                                           .stride = stride});
    std::vector<double> twice = q;
    for (double& share : twice) share *= 2;
    expect_close(device_q.values(), padded(twice, V, stride, 0), 2e-5, "distribution");
    const DeviceArray<float> wanted(padded(q, V, stride, kNothing));
    soft_cross_entropy(test_cuda(), SoftCrossEntropy<T>{.logits = x.data(),
                                                        .q = wanted.data(),
                                                        .target = nullptr,
                                                        .weight = nullptr,
                                                        .loss = device_loss.data(),
                                                        .N = N,
                                                        .V = V,
                                                        .stride = stride});
    expect_close(device_loss.values(), loss, 2e-5, "loss");
    expect_close(x.values(), padded(want, V, stride, 0), tolerance_of<T>(), "gradient");
  }
}

TYPED_TEST(PaddedRowsCuda, OnlyWordsAreSpoken) {
  using T = TypeParam;
  for (const auto [B, V, stride] : kSizes) {
    SCOPED_TRACE(testing::Message() << "V " << V);
    const auto logits = rounded<T>(uniform(1, B * V, -6, 6));
    const DeviceArray<T> tight(logits), x(padded(logits, V, stride, 100));
    const int64_t k = std::min<int64_t>(V, 50);
    const DeviceArray<int32_t> word(B * k), want_word(B * k);
    const DeviceArray<float> log_probability(B * k), want_log_probability(B * k);
    TopWords<T> top{.logits = x.data(),
                    .barred_begin = nullptr,
                    .barred_words = nullptr,
                    .word = word.data(),
                    .log_probability = log_probability.data(),
                    .B = B,
                    .V = V,
                    .k = k,
                    .stride = stride};
    top_words(test_cuda(), top);
    top.logits = tight.data();
    top.word = want_word.data();
    top.log_probability = want_log_probability.data();
    top.stride = 0;
    top_words(test_cuda(), top);
    EXPECT_EQ(word.raw(), want_word.raw());
    expect_close(log_probability.values(), want_log_probability.values(), 1e-5, "log_probability");

    const DeviceArray<uint64_t> keys(std::vector<uint64_t>{3, 5, 7});
    for (const float temperature : {0.0F, 1.0F}) {
      SampleStep<T> draw{.logits = x.data(),
                         .row_key = keys.data(),
                         .word = word.data(),
                         .log_probability = log_probability.data(),
                         .B = B,
                         .V = V,
                         .key = 9,
                         .temperature = temperature,
                         .stride = stride};
      sample_step(test_cuda(), draw);
      const auto drawn = word.raw();
      draw.logits = tight.data();
      draw.stride = 0;
      sample_step(test_cuda(), draw);
      EXPECT_EQ(drawn, word.raw()) << "temperature " << temperature;
    }
  }
}

TYPED_TEST(PaddedRowsCuda, ProductsAndBiasesLeaveZerosBehind) {
  using T = TypeParam;
  for (const auto [M, N, stride] : {Sizes{300, 37, 64}, {5, 72, 128}, {4, 13, 13}}) {
    SCOPED_TRACE(testing::Message() << "N " << N);
    constexpr int64_t kDepth = 16;
    const auto a = rounded<T>(uniform(1, M * kDepth)), b = rounded<T>(uniform(2, N * kDepth)),
               bias = rounded<T>(uniform(3, N));
    std::vector<double> want(static_cast<size_t>(M * N));
    gemm(reference_cpu(), Gemm<double>{.a = a.data(),
                                       .b = b.data(),
                                       .c = want.data(),
                                       .M = M,
                                       .N = N,
                                       .K = kDepth,
                                       .transpose_b = true});
    const DeviceArray<T> device_a(a), device_b(b), device_bias(bias), y(M * stride);
    gemm(test_cuda(), Gemm<T>{.a = device_a.data(),
                              .b = device_b.data(),
                              .c = y.data(),
                              .M = M,
                              .N = N,
                              .K = kDepth,
                              .transpose_b = true,
                              .c_stride = stride});
    AddBias<T> add{.bias = nullptr, .y = y.data(), .M = M, .N = N, .stride = stride};
    if (stride > N) {
      add_bias(test_cuda(), add);
      expect_close(y.values(), padded(want, N, stride, 0), tolerance_of<T>(), "without a bias");
    }
    add.bias = device_bias.data();
    add_bias(test_cuda(), add);
    for (size_t i = 0; i < want.size(); ++i) want[i] += bias[i % static_cast<size_t>(N)];
    expect_close(y.values(), padded(want, N, stride, 0), tolerance_of<T>(), "with a bias");

    auto sums = rounded<T>(uniform(4, N));
    const DeviceArray<T> db(sums), back(M * kDepth);
    bias_gradient(
        test_cuda(),
        BiasGradient<T>{.dy = y.data(), .db = db.data(), .M = M, .N = N, .stride = stride});
    const auto dy = y.values();
    std::vector<double> want_back(static_cast<size_t>(M * kDepth));
    for (int64_t m = 0; m < M; ++m) {
      for (int64_t n = 0; n < N; ++n) {
        sums[n] += dy[m * stride + n];
        for (int64_t k = 0; k < kDepth; ++k) {
          want_back[m * kDepth + k] += dy[m * stride + n] * b[n * kDepth + k];
        }
      }
    }
    expect_close(db.values(), sums, tolerance_of<T>(), "db");
    gemm(test_cuda(), Gemm<T>{.a = y.data(),
                              .b = device_b.data(),
                              .c = back.data(),
                              .M = M,
                              .N = kDepth,
                              .K = N,
                              .a_stride = stride});
    expect_close(back.values(), want_back, tolerance_of<T>(), "dx");
  }
}

TYPED_TEST(PaddedRowsCuda, PresenceIsTheMeanOverWords) {
  using T = TypeParam;
  constexpr int64_t kPictures = 2, kRegions = 5, kWords = 37, kStride = 64;
  const auto x = rounded<T>(uniform(1, kPictures * kRegions * kWords)),
             y = rounded<float>(uniform(2, kPictures * kWords, 0, 1)),
             weight = rounded<float>(uniform(3, kWords, 0, 2));
  std::vector<double> pooled(kPictures * kWords), loss(1);
  word_presence_forward(reference_cpu(), WordPresenceForward<double>{.x = x.data(),
                                                                     .y = y.data(),
                                                                     .weight = weight.data(),
                                                                     .pooled = pooled.data(),
                                                                     .loss = loss.data(),
                                                                     .I = kPictures,
                                                                     .L = kRegions,
                                                                     .V = kWords,
                                                                     .sharpness = 1.5});
  std::vector<double> want(x.size());
  const std::vector<double> dloss = {kPictures * kWords};
  word_presence_backward(reference_cpu(), WordPresenceBackward<double>{.x = x.data(),
                                                                       .y = y.data(),
                                                                       .weight = weight.data(),
                                                                       .pooled = pooled.data(),
                                                                       .dloss = dloss.data(),
                                                                       .dx = want.data(),
                                                                       .I = kPictures,
                                                                       .L = kRegions,
                                                                       .V = kWords,
                                                                       .sharpness = 1.5});
  const DeviceArray<T> device_x(padded(x, kWords, kStride, 0)),
      dx(std::vector<double>(kPictures * kRegions * kStride, 0.0));
  const DeviceArray<float> device_y(padded(y, kWords, kStride, 0)),
      device_weight(padded(weight, kWords, kStride, 0)), device_pooled(kPictures * kStride),
      device_loss(1), device_dloss(dloss);
  word_presence_forward(test_cuda(), WordPresenceForward<T>{.x = device_x.data(),
                                                            .y = device_y.data(),
                                                            .weight = device_weight.data(),
                                                            .pooled = device_pooled.data(),
                                                            .loss = device_loss.data(),
                                                            .I = kPictures,
                                                            .L = kRegions,
                                                            .V = kStride,
                                                            .sharpness = 1.5F,
                                                            .words = kWords});
  expect_close(device_loss.values(), loss, 2e-5, "loss");
  word_presence_backward(test_cuda(), WordPresenceBackward<T>{.x = device_x.data(),
                                                              .y = device_y.data(),
                                                              .weight = device_weight.data(),
                                                              .pooled = device_pooled.data(),
                                                              .dloss = device_dloss.data(),
                                                              .dx = dx.data(),
                                                              .I = kPictures,
                                                              .L = kRegions,
                                                              .V = kStride,
                                                              .sharpness = 1.5F,
                                                              .words = kWords});
  expect_close(dx.values(), padded(want, kWords, kStride, 0), tolerance_of<T>(), "dx");
}

}  // namespace
}  // namespace storyteller::padded_rows_test
