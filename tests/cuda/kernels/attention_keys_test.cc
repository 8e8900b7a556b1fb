#include <numeric>

#include "kernels/attention.h"
#include "tests/cuda/device_array.h"

namespace storyteller::attention_keys_test {
namespace {

template <class T>
class AttentionKeysCuda : public testing::Test {};
TYPED_TEST_SUITE(AttentionKeysCuda, StorageTypes);

struct Sizes {
  int64_t L, A, D;
  std::vector<int32_t> images;  ///< the one of each caption
  std::vector<int64_t> counts;  ///< captions that have a word at each step
  ScoreFunction score = ScoreFunction::kTanh;
};

/// The captions grouped by image, the last caption of each first: nothing may rely on their order.
struct Map {
  std::vector<int32_t> begin = {0}, rows;
  explicit Map(const std::vector<int32_t>& images) {
    const int32_t I = *std::max_element(images.begin(), images.end()) + 1;
    for (int32_t i = 0; i < I; ++i) {
      for (auto b = static_cast<int32_t>(images.size()); b-- > 0;) {
        if (images[static_cast<size_t>(b)] == i) rows.push_back(b);
      }
      begin.push_back(static_cast<int32_t>(rows.size()));
    }
  }
};

/// More steps than one launch takes.
std::vector<int64_t> long_counts() {
  std::vector<int64_t> counts(131, 1);
  counts[0] = 2;
  return counts;
}

/// More groups of regions than warps add up the score weight's gradient.
std::vector<int32_t> many_images() {
  std::vector<int32_t> images(21);
  std::iota(images.begin(), images.end(), 0);
  return images;
}

/// Captions of an image apart, an image without captions; odd widths and widths that vectors
/// divide; regions that fill no group, and several groups; channels over more than a warp's width.
const Sizes kSizes[] = {
    {1, 1, 1, {0}, {1}},
    {19, 37, 53, {2, 0, 2, 0, 0}, {5, 5, 3, 1}},
    {9, 40, 72, {0, 1, 0}, {3, 2, 2}},
    {17, 264, 520, {1, 0, 1}, {3, 1}},
    {10, 40, 37, {0, 0, 1, 3}, {4, 4, 2}, ScoreFunction::kRelu},
    {2, 7, 3, {0, 0}, {2, 1}, ScoreFunction::kRelu},
    {3, 5, 8, {0, 1}, long_counts()},
    {11, 8, 5, many_images(), {21, 9}},
};

template <class T>
struct Gradients {
  std::vector<T> dkeys, dscore_weight, dvalues;
};

template <class T>
struct Problem {
  Sizes n;
  Map map;
  std::vector<int64_t> offset = {0};
  int64_t I, N;
  std::vector<double> keys, score_weight, query, alpha, de, dcontext;

  explicit Problem(const Sizes& sizes) : n(sizes), map(n.images) {
    for (const int64_t count : n.counts) offset.push_back(offset.back() + count);
    I = static_cast<int64_t>(map.begin.size()) - 1;
    N = offset.back();
    keys = rounded<T>(uniform(1, I * n.L * n.A));
    score_weight = rounded<T>(uniform(2, n.A));
    query = rounded<T>(uniform(3, N * n.A));
    alpha = rounded<float>(uniform(4, N * n.L, 0, 1));
    de = rounded<float>(uniform(5, N * n.L));
    dcontext = rounded<T>(uniform(6, N * n.D));
  }
  /// What the gradients are added to.
  Gradients<double> begun() const {
    return {rounded<T>(uniform(7, I * n.L * n.A)), rounded<T>(uniform(8, n.A)),
            rounded<T>(uniform(9, I * n.L * n.D))};
  }
};

template <class T>
Gradients<double> reference(const Problem<T>& in) {
  Gradients<double> out = in.begun();
  attention_keys_backward(reference_cpu(),
                          AttentionKeysBackward<double>{.keys = in.keys.data(),
                                                        .score_weight = in.score_weight.data(),
                                                        .query = in.query.data(),
                                                        .alpha = in.alpha.data(),
                                                        .de = in.de.data(),
                                                        .dcontext = in.dcontext.data(),
                                                        .offset = in.offset.data(),
                                                        .image_begin = in.map.begin.data(),
                                                        .image_rows = in.map.rows.data(),
                                                        .dkeys = out.dkeys.data(),
                                                        .dscore_weight = out.dscore_weight.data(),
                                                        .dvalues = out.dvalues.data(),
                                                        .steps = std::ssize(in.n.counts),
                                                        .I = in.I,
                                                        .L = in.n.L,
                                                        .A = in.n.A,
                                                        .D = in.n.D,
                                                        .score = in.n.score});
  return out;
}

struct Wanted {
  bool dkeys = true, dscore_weight = true, dvalues = true;
};

template <class T>
Gradients<T> on_the_device(const Problem<T>& in, const Wanted& wanted) {
  const Gradients<double> begun = in.begun();
  const DeviceArray<T> keys(in.keys), score_weight(in.score_weight), query(in.query),
      dcontext(in.dcontext), dkeys(begun.dkeys), dscore_weight(begun.dscore_weight),
      dvalues(begun.dvalues);
  const DeviceArray<float> alpha(in.alpha), de(in.de);
  const DeviceArray<int32_t> image_begin(in.map.begin), image_rows(in.map.rows);
  attention_keys_backward(
      test_cuda(), AttentionKeysBackward<T>{
                       .keys = keys.data(),
                       .score_weight = score_weight.data(),
                       .query = query.data(),
                       .alpha = alpha.data(),
                       .de = de.data(),
                       .dcontext = wanted.dvalues ? dcontext.data() : nullptr,
                       .offset = in.offset.data(),
                       .image_begin = image_begin.data(),
                       .image_rows = image_rows.data(),
                       .dkeys = wanted.dkeys ? dkeys.data() : nullptr,
                       .dscore_weight = wanted.dscore_weight ? dscore_weight.data() : nullptr,
                       .dvalues = wanted.dvalues ? dvalues.data() : nullptr,
                       .steps = std::ssize(in.n.counts),
                       .I = in.I,
                       .L = in.n.L,
                       .A = in.n.A,
                       .D = in.n.D,
                       .score = in.n.score});
  return {dkeys.raw(), dscore_weight.raw(), dvalues.raw()};
}

template <class T>
std::vector<double> as_double(const std::vector<T>& values) {
  std::vector<double> result;
  for (const T& x : values) result.push_back(static_cast<double>(static_cast<float>(x)));
  return result;
}

template <class T>
void expect_gradients(const Problem<T>& in, const Wanted& wanted) {
  const Gradients<double> want = reference(in), begun = in.begun();
  const Gradients<T> got = on_the_device(in, wanted);
  const double tolerance = tolerance_of<T>();
  expect_close(as_double(got.dkeys), wanted.dkeys ? want.dkeys : begun.dkeys, tolerance, "dkeys");
  expect_close(as_double(got.dscore_weight),
               wanted.dscore_weight ? want.dscore_weight : begun.dscore_weight, tolerance,
               "dscore_weight");
  expect_close(as_double(got.dvalues), wanted.dvalues ? want.dvalues : begun.dvalues, tolerance,
               "dvalues");
}

TYPED_TEST(AttentionKeysCuda, BackwardMatchesTheReferenceAndAdds) {
  for (const Sizes& n : kSizes) {
    SCOPED_TRACE(testing::Message()
                 << "L " << n.L << ", A " << n.A << ", D " << n.D << ", steps " << n.counts.size());
    expect_gradients(Problem<TypeParam>(n), Wanted{});
  }
}

TYPED_TEST(AttentionKeysCuda, EachGradientIsWantedAlone) {
  const Problem<TypeParam> in(kSizes[2]);
  expect_gradients(in, {.dkeys = true, .dscore_weight = false, .dvalues = false});
  expect_gradients(in, {.dkeys = false, .dscore_weight = true, .dvalues = false});
  expect_gradients(in, {.dkeys = false, .dscore_weight = false, .dvalues = true});
}

TYPED_TEST(AttentionKeysCuda, EveryRunGivesTheSameBits) {
  const Problem<TypeParam> in(kSizes[3]);
  const Gradients<TypeParam> first = on_the_device(in, Wanted{}),
                             second = on_the_device(in, Wanted{});
  EXPECT_EQ(as_double(first.dkeys), as_double(second.dkeys));
  EXPECT_EQ(as_double(first.dscore_weight), as_double(second.dscore_weight));
  EXPECT_EQ(as_double(first.dvalues), as_double(second.dvalues));
}

}  // namespace
}  // namespace storyteller::attention_keys_test
