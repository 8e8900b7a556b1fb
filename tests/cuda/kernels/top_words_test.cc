#include "kernels/top_words.h"

#include <limits>
#include <numeric>
#include <set>

#include "tests/cuda/device_array.h"

namespace storyteller::top_words_test {
namespace {

template <class T>
class TopWordsCuda : public testing::Test {};
TYPED_TEST_SUITE(TopWordsCuda, StorageTypes);

constexpr double kNever = -std::numeric_limits<double>::infinity();
using Barred = std::vector<std::set<int32_t>>;

struct Found {
  std::vector<int32_t> word;
  std::vector<double> log_probability;
};

template <class T>
Found find(const std::vector<double>& logits, int64_t B, int64_t V, int64_t k,
           const Barred& barred) {
  std::vector<int32_t> begin = {0}, words;
  for (const auto& row : barred) {
    words.insert(words.end(), row.begin(), row.end());
    begin.push_back(static_cast<int32_t>(words.size()));
  }
  const DeviceArray<T> device_logits(logits);
  const DeviceArray<int32_t> barred_begin(begin), barred_words(words), word(B * k);
  const DeviceArray<float> log_probability(B * k);
  top_words(test_cuda(), TopWords<T>{.logits = device_logits.data(),
                                     .barred_begin = barred.empty() ? nullptr : barred_begin.data(),
                                     .barred_words = barred_words.data(),
                                     .word = word.data(),
                                     .log_probability = log_probability.data(),
                                     .B = B,
                                     .V = V,
                                     .k = k});
  return {word.raw(), log_probability.values()};
}

/// By sorting the whole row.
Found sorted(const std::vector<double>& logits, int64_t B, int64_t V, int64_t k,
             const Barred& barred) {
  Found found{std::vector<int32_t>(B * k, 0), std::vector<double>(B * k, kNever)};
  for (int64_t b = 0; b < B; ++b) {
    const double* row = logits.data() + b * V;
    std::vector<int32_t> order;
    double largest = kNever, sum = 0;
    for (int32_t v = 0; v < V; ++v) {
      if (row[v] == kNever || (!barred.empty() && barred[b].contains(v))) continue;
      order.push_back(v);
      largest = std::max(largest, row[v]);
    }
    for (const int32_t v : order) sum += std::exp(row[v] - largest);
    std::stable_sort(order.begin(), order.end(), [&](int x, int y) { return row[x] > row[y]; });
    for (int64_t i = 0; i < std::min<int64_t>(k, std::ssize(order)); ++i) {
      found.word[b * k + i] = order[i];
      found.log_probability[b * k + i] = row[order[i]] - largest - std::log(sum);
    }
  }
  return found;
}

template <class T>
void expect_sorted(const std::vector<double>& logits, int64_t B, int64_t V, int64_t k,
                   const Barred& barred = {}) {
  SCOPED_TRACE(testing::Message() << "B " << B << ", V " << V << ", k " << k);
  const Found got = find<T>(logits, B, V, k, barred), want = sorted(logits, B, V, k, barred);
  EXPECT_EQ(got.word, want.word);
  ASSERT_EQ(got.log_probability.size(), want.log_probability.size());
  for (size_t i = 0; i < got.log_probability.size(); ++i) {
    if (want.log_probability[i] == kNever) {
      EXPECT_EQ(got.log_probability[i], kNever) << i;
    } else {
      EXPECT_NEAR(got.log_probability[i], want.log_probability[i], 5e-6) << i;
      EXPECT_LE(got.log_probability[i], 0) << i;
    }
  }
}

TYPED_TEST(TopWordsCuda, AreThoseOfTheSortedRow) {
  using T = TypeParam;
  struct Sizes {
    int64_t B, V, k;
  };
  // One word; fewer words than threads; odd and vectorisable vocabularies; k beyond what threads
  // keep of their words; all words of a row.
  constexpr Sizes kSizes[] = {{1, 1, 1},     {3, 37, 5},    {2, 1003, 100},
                              {2, 2056, 10}, {1, 300, 300}, {1, 20011, 7}};
  for (const auto [B, V, k] : kSizes) {
    expect_sorted<T>(rounded<T>(uniform(V, B * V, -9, 9)), B, V, k);
  }
}

/// bfloat16 has few values: most words tie.
TYPED_TEST(TopWordsCuda, TiesGoToTheLowerId) {
  using T = TypeParam;
  std::vector<double> logits = uniform(1, 2 * 1003, -3, 3);
  for (double& x : logits) x = std::round(x);
  expect_sorted<T>(logits, 2, 1003, 57);
  std::vector<double> zeros(776, -0.0);
  for (size_t v = 1; v < zeros.size(); v += 2) zeros[v] = 0;
  expect_sorted<T>(zeros, 1, 776, 9);
}

/// All of a row's best words lie with one thread, which has to look again and again.
TYPED_TEST(TopWordsCuda, OneThreadMayHoldThemAll) {
  using T = TypeParam;
  constexpr int64_t kWords = 12 * 2048;
  std::vector<double> logits(kWords, -5);
  for (int64_t v = 0; v < kWords; v += 2048) logits[static_cast<size_t>(v)] = 1 + v / 2048 % 7;
  expect_sorted<T>(logits, 1, kWords, 13);
}

TYPED_TEST(TopWordsCuda, BarredWordsHaveNoShare) {
  using T = TypeParam;
  const int64_t B = 4, V = 301, k = 6;
  const auto logits = rounded<T>(uniform(1, B * V, -2, 12));
  std::set<int32_t> all_but_two, all;
  for (int32_t v = 0; v < V; ++v) {
    all.insert(v);
    if (v != 17 && v != 300) all_but_two.insert(v);
  }
  expect_sorted<T>(logits, B, V, k, {{}, {0, 5, 300}, all_but_two, all});
}

TYPED_TEST(TopWordsCuda, LargeLogitsDoNotOverflow) {
  using T = TypeParam;
  auto logits = rounded<T>(uniform(1, 203, 896, 1000));
  logits[7] = kNever;
  expect_sorted<T>(logits, 1, 203, 8);
}

TYPED_TEST(TopWordsCuda, NoRowsAreNoError) {
  TopWords<TypeParam> none = {};
  none.V = none.k = 2;
  top_words(test_cuda(), none);
  test_cuda().context->synchronize();
}

}  // namespace
}  // namespace storyteller::top_words_test
