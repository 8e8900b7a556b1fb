#include "kernels/filter_logits.h"

#include "tests/cuda/device_array.h"
#include "tests/kernels/filter_logits_reference.h"

namespace storyteller::filter_logits_test {
namespace {

template <class T>
class FilterLogitsCuda : public testing::Test {};
TYPED_TEST_SUITE(FilterLogitsCuda, StorageTypes);

struct Sizes {
  int64_t B, V;
};
// Fewer words than a block has threads, more than it takes at once, whole vectors or not.
constexpr Sizes kSizes[] = {{1, 1}, {3, 37}, {5, 40}, {1, 1997}, {1, 4104}};

constexpr FilterSettings kFilters[] = {
    {},
    {.top_k = 1},
    {.top_k = 20},
    {.temperature = .5, .top_p = .9},
    {.top_p = 0},
    {.temperature = 2, .min_p = .3},
    {.typical_p = .5},
    {.temperature = .7, .top_k = 30, .top_p = .81, .min_p = .05, .typical_p = .91}};

template <class T>
FilterLogits<T> arguments(const FilterSettings& filters, int64_t B, int64_t V) {
  return {.logits = nullptr,
          .barred_begin = nullptr,
          .barred_words = nullptr,
          .kept_log_probability = nullptr,
          .B = B,
          .V = V,
          .temperature = static_cast<Wide<T>>(filters.temperature),
          .top_k = filters.top_k,
          .top_p = static_cast<Wide<T>>(filters.top_p),
          .min_p = static_cast<Wide<T>>(filters.min_p),
          .typical_p = static_cast<Wide<T>>(filters.typical_p)};
}

struct Filtered {
  std::vector<double> logits, kept_log_probability;
};

template <class T>
Filtered filtered(const std::vector<double>& logits, int64_t B, int64_t V,
                  const FilterSettings& filters, int64_t stride = 0) {
  const DeviceArray<T> x(logits);
  const DeviceArray<float> kept(B);
  FilterLogits<T> p = arguments<T>(filters, B, V);
  p.logits = x.data();
  p.kept_log_probability = kept.data();
  p.stride = stride;
  filter_logits(test_cuda(), p);
  return {x.values(), kept.values()};
}

TYPED_TEST(FilterLogitsCuda, KeepsTheWordsThatTheCpuKeeps) {
  using T = TypeParam;
  for (const auto [B, V] : kSizes) {
    // Logits of a coarse grid tie, and no sum comes near to a bound by chance.
    auto logits = uniform(1, B * V, -24, 24);
    for (double& x : logits) x = std::round(x) / 8;
    if (V > 1) logits[1] = -HUGE_VAL;
    for (const FilterSettings& filters : kFilters) {
      SCOPED_TRACE(testing::Message()
                   << "B " << B << ", V " << V << ", case " << &filters - kFilters);
      std::vector<double> want = logits, kept(static_cast<size_t>(B));
      FilterLogits<double> p = arguments<double>(filters, B, V);
      p.logits = want.data();
      p.kept_log_probability = kept.data();
      filter_logits(reference_cpu(), p);
      const Filtered result = filtered<T>(logits, B, V, filters);
      EXPECT_EQ(result.logits, want);
      expect_close(result.kept_log_probability, kept, 1e-5, "kept_log_probability");
    }
  }
}

TYPED_TEST(FilterLogitsCuda, RowsMayBeLongerThanTheirWords) {
  using T = TypeParam;
  constexpr int64_t B = 3, V = 37, kStride = 64;
  std::vector<double> logits(B * kStride, std::numeric_limits<double>::quiet_NaN());
  std::vector<double> tight;
  for (int64_t b = 0; b < B; ++b) {
    for (int64_t v = 0; v < V; ++v) {
      logits[b * kStride + v] = static_cast<double>((v * 7 + b) % 16) / 4;
      tight.push_back(logits[b * kStride + v]);
    }
  }
  const FilterSettings filters{.top_p = .6};
  const Filtered want = filtered<T>(tight, B, V, filters);
  const Filtered result = filtered<T>(logits, B, V, filters, kStride);
  for (int64_t b = 0; b < B; ++b) {
    for (int64_t v = 0; v < V; ++v) {
      EXPECT_EQ(result.logits[b * kStride + v], want.logits[b * V + v]) << b << ", " << v;
    }
  }
  EXPECT_EQ(result.kept_log_probability, want.kept_log_probability);
}

TYPED_TEST(FilterLogitsCuda, ManyTiesAreCutByTheirIds) {
  using T = TypeParam;
  constexpr int64_t V = 5000;
  for (const int64_t k : {1, 511, 512, 2049, 4999}) {
    const Filtered result = filtered<T>(std::vector<double>(V, -2), 1, V, {.top_k = k});
    for (int64_t v = 0; v < V; ++v) {
      ASSERT_EQ(result.logits[v], v < k ? -2 : -HUGE_VAL) << "k " << k << ", word " << v;
    }
    EXPECT_NEAR(result.kept_log_probability[0], std::log(static_cast<double>(k) / V), 1e-6);
  }
}

TYPED_TEST(FilterLogitsCuda, BarredWordsAreNoWords) {
  using T = TypeParam;
  constexpr int64_t B = 3, V = 800;
  std::vector<int32_t> begin = {0}, barred;
  for (int64_t b = 0; b < B; ++b) {
    for (int64_t v = 0; v < 300 * b; ++v) barred.push_back(static_cast<int32_t>(v));
    begin.push_back(static_cast<int32_t>(barred.size()));
  }
  const DeviceArray<T> x(std::vector<double>(B * V, 1));
  const DeviceArray<int32_t> device_begin(begin), device_barred(barred);
  const DeviceArray<float> kept(B);
  FilterLogits<T> p = arguments<T>({.top_k = 2}, B, V);
  p.logits = x.data();
  p.barred_begin = device_begin.data();
  p.barred_words = device_barred.data();
  p.kept_log_probability = kept.data();
  filter_logits(test_cuda(), p);
  const std::vector<double> result = x.values(), share = kept.values();
  for (int64_t b = 0; b < B; ++b) {
    for (int64_t v = 0; v < V; ++v) {
      const bool stays = v == 300 * b || v == 300 * b + 1;
      ASSERT_EQ(result[b * V + v], stays ? 1 : -HUGE_VAL) << b << ", " << v;
    }
    EXPECT_NEAR(share[b], std::log(2.0 / static_cast<double>(V - 300 * b)), 1e-6);
  }
}

TYPED_TEST(FilterLogitsCuda, WhatIsNoWordNeverStays) {
  using T = TypeParam;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Filtered none = filtered<T>({-HUGE_VAL, nan, -HUGE_VAL}, 1, 3, {.top_k = 1});
  EXPECT_EQ(none.logits, std::vector<double>(3, -HUGE_VAL));
  EXPECT_TRUE(std::isnan(none.kept_log_probability[0]));
  EXPECT_EQ(filtered<T>({nan, -3, -HUGE_VAL, 1}, 1, 4, {.top_k = 3}).logits,
            (std::vector<double>{-HUGE_VAL, -3, -HUGE_VAL, 1}));
}

TYPED_TEST(FilterLogitsCuda, NothingIsNoError) {
  filter_logits(test_cuda(), arguments<TypeParam>({}, 0, 3));
}

}  // namespace
}  // namespace storyteller::filter_logits_test
