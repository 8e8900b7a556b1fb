#include "kernels/embedding.h"

#include "tests/cuda/device_array.h"

namespace storyteller::embedding_test {
namespace {

template <class T>
class EmbeddingCuda : public testing::Test {};
TYPED_TEST_SUITE(EmbeddingCuda, StorageTypes);

struct Sizes {
  int64_t N, V, E;
};
// One row; odd widths; more than 32 vectors a row; every token once, few tokens, one token.
constexpr Sizes kSizes[] = {{1, 1, 1},    {3, 5, 37},   {33, 1000, 40}, {101, 7, 33},
                            {70, 3, 264}, {61, 1, 520}, {300, 50, 8}};

std::vector<int32_t> tokens(Sizes size) {
  std::vector<int32_t> token;
  for (const double draw : uniform(9, size.N, 0, 1)) {
    token.push_back(static_cast<int32_t>(draw * draw * static_cast<double>(size.V)));
  }
  return token;
}

TYPED_TEST(EmbeddingCuda, ForwardCopiesRows) {
  using T = TypeParam;
  for (const Sizes size : kSizes) {
    SCOPED_TRACE(testing::Message() << "N " << size.N << ", V " << size.V << ", E " << size.E);
    const auto weight = rounded<T>(uniform(1, size.V * size.E));
    const auto token = tokens(size);
    const DeviceArray<T> device_weight(weight), out(size.N * size.E);
    const DeviceArray<int32_t> device_token(token);
    embedding_forward(test_cuda(), EmbeddingForward<T>{.weight = device_weight.data(),
                                                       .token = device_token.data(),
                                                       .out = out.data(),
                                                       .N = size.N,
                                                       .E = size.E});
    std::vector<double> want(static_cast<size_t>(size.N * size.E));
    for (int64_t i = 0; i < size.N * size.E; ++i) {
      want[i] = weight[token[i / size.E] * size.E + i % size.E];
    }
    EXPECT_EQ(out.values(), want);
  }
}

/// In float, as the kernel adds, and in the order that the contract fixes.
template <class T>
std::vector<double> summed(Sizes size, const std::vector<int32_t>& token,
                           const std::vector<double>& dout, const std::vector<double>& dweight) {
  std::vector<float> sum(dweight.begin(), dweight.end());
  for (int64_t i = 0; i < size.N * size.E; ++i) {
    sum[token[i / size.E] * size.E + i % size.E] += static_cast<float>(dout[i]);
  }
  return rounded<T>(std::vector<double>(sum.begin(), sum.end()));
}

/// Of sizes so different that another order of addition rounds differently.
template <class T>
std::vector<double> uneven_gradients(Sizes size) {
  auto dout = uniform(2, size.N * size.E, -1, 1);
  for (size_t i = 0; i < dout.size(); ++i) dout[i] *= std::pow(10, i % 7);
  return rounded<T>(dout);
}

TYPED_TEST(EmbeddingCuda, BackwardAddsRowsInAscendingOrder) {
  using T = TypeParam;
  for (const Sizes size : kSizes) {
    SCOPED_TRACE(testing::Message() << "N " << size.N << ", V " << size.V << ", E " << size.E);
    const auto token = tokens(size);
    const auto dout = uneven_gradients<T>(size);
    const auto before = rounded<T>(uniform(3, size.V * size.E));
    const DeviceArray<T> device_dout(dout), dweight(before);
    const DeviceArray<int32_t> device_token(token);
    embedding_backward(test_cuda(), EmbeddingBackward<T>{.token = device_token.data(),
                                                         .dout = device_dout.data(),
                                                         .dweight = dweight.data(),
                                                         .N = size.N,
                                                         .E = size.E});
    EXPECT_EQ(dweight.values(), summed<T>(size, token, dout, before));
  }
}

// Sorted in several parts on the emulated device, between which sums are stored: of small integers,
// that bfloat16 holds.
TYPED_TEST(EmbeddingCuda, BackwardOfManyRowsLeavesNoneOut) {
  using T = TypeParam;
  const Sizes size = {2500, 400, 8};
  const auto token = tokens(size);
  auto dout = uniform(2, size.N * size.E, -2, 2);
  for (double& value : dout) value = std::round(value);
  const DeviceArray<T> device_dout(dout), dweight(std::vector<double>(400 * 8, 1.0));
  const DeviceArray<int32_t> device_token(token);
  embedding_backward(test_cuda(), EmbeddingBackward<T>{.token = device_token.data(),
                                                       .dout = device_dout.data(),
                                                       .dweight = dweight.data(),
                                                       .N = size.N,
                                                       .E = size.E});
  EXPECT_EQ(dweight.values(), summed<T>(size, token, dout, std::vector<double>(400 * 8, 1.0)));
}

TYPED_TEST(EmbeddingCuda, BackwardByGroupsAddsInTheSameOrder) {
  using T = TypeParam;
  for (const Sizes size : kSizes) {
    SCOPED_TRACE(testing::Message() << "N " << size.N << ", V " << size.V << ", E " << size.E);
    const auto token = tokens(size);
    std::vector<int32_t> begin = {0}, rows;
    for (int32_t v = 0; v < size.V; ++v) {
      for (int32_t n = 0; n < size.N; ++n) {
        if (token[n] == v) rows.push_back(n);
      }
      begin.push_back(static_cast<int32_t>(rows.size()));
    }
    const auto dout = uneven_gradients<T>(size);
    const auto before = rounded<T>(uniform(3, size.V * size.E));
    const DeviceArray<T> device_dout(dout), dweight(before);
    const DeviceArray<int32_t> device_begin(begin), device_rows(rows);
    embedding_backward(test_cuda(), EmbeddingBackward<T>{.token = nullptr,
                                                         .dout = device_dout.data(),
                                                         .dweight = dweight.data(),
                                                         .N = size.N,
                                                         .E = size.E,
                                                         .begin = device_begin.data(),
                                                         .rows = device_rows.data(),
                                                         .V = size.V});
    EXPECT_EQ(dweight.values(), summed<T>(size, token, dout, before));
  }
}

TYPED_TEST(EmbeddingCuda, NothingIsNoError) {
  using T = TypeParam;
  const DeviceArray<T> dweight(std::vector<double>{1, 2});
  embedding_forward(
      test_cuda(), EmbeddingForward<T>{
                       .weight = dweight.data(), .token = nullptr, .out = nullptr, .N = 0, .E = 2});
  embedding_backward(
      test_cuda(),
      EmbeddingBackward<T>{
          .token = nullptr, .dout = nullptr, .dweight = dweight.data(), .N = 0, .E = 2});
  EXPECT_EQ(dweight.values(), (std::vector<double>{1, 2}));
}

}  // namespace
}  // namespace storyteller::embedding_test
