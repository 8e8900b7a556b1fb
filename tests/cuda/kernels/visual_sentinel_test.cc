#include "kernels/visual_sentinel.h"

#include "tests/cuda/device_array.h"

namespace storyteller::visual_sentinel_test {
namespace {

template <class T>
class VisualSentinelCuda : public testing::Test {};
TYPED_TEST_SUITE(VisualSentinelCuda, StorageTypes);

struct Sizes {
  int64_t B, L, A, D;
};
std::ostream& operator<<(std::ostream& out, const Sizes& n) {
  return out << "B " << n.B << ", L " << n.L << ", A " << n.A << ", D " << n.D;
}

/// Odd widths, widths that vectors divide, and one of either; more elements than a block has
/// threads; more rows than a grid has blocks.
constexpr Sizes kSizes[] = {{1, 1, 1, 1},    {7, 49, 37, 53},      {4, 130, 40, 72},
                            {5, 7, 520, 40}, {2, 300, 1040, 2056}, {3, 5, 40, 37},
                            {3, 5, 37, 40},  {3, 9, 24, 24}};

template <class T>
struct Problem {
  Sizes n;
  ScoreFunction score;
  std::vector<double> key, query, score_weight, log_sum, sentinel, context, alpha;

  Problem(const Sizes& sizes, ScoreFunction function)
      : n(sizes),
        score(function),
        key(rounded<T>(uniform(1, n.B * n.A))),
        query(rounded<T>(uniform(2, n.B * n.A))),
        score_weight(rounded<T>(uniform(3, n.A))),
        log_sum(rounded<float>(uniform(4, n.B, -2, 4))),
        sentinel(rounded<T>(uniform(5, n.B * n.D))),
        context(rounded<T>(uniform(6, n.B * n.D))),
        alpha(rounded<float>(uniform(7, n.B * n.L, 0, 1))) {}
};

struct Results {
  std::vector<double> share, weights, z;
};

template <class T>
Results forward_reference(const Problem<T>& in) {
  const Sizes& n = in.n;
  Results out{std::vector<double>(n.B), std::vector<double>(n.B * n.L),
              std::vector<double>(n.B * n.D)};
  visual_sentinel_forward(reference_cpu(),
                          VisualSentinelForward<double>{.key = in.key.data(),
                                                        .query = in.query.data(),
                                                        .score_weight = in.score_weight.data(),
                                                        .log_sum = in.log_sum.data(),
                                                        .sentinel = in.sentinel.data(),
                                                        .context = in.context.data(),
                                                        .alpha = in.alpha.data(),
                                                        .share = out.share.data(),
                                                        .weights = out.weights.data(),
                                                        .z = out.z.data(),
                                                        .B = n.B,
                                                        .L = n.L,
                                                        .A = n.A,
                                                        .D = n.D,
                                                        .score = in.score});
  return out;
}

template <class T>
Results forward(const Problem<T>& in) {
  const Sizes& n = in.n;
  const DeviceArray<T> key(in.key), query(in.query), score_weight(in.score_weight),
      sentinel(in.sentinel), context(in.context), z(n.B * n.D);
  const DeviceArray<float> log_sum(in.log_sum), alpha(in.alpha), share(n.B), weights(n.B * n.L);
  visual_sentinel_forward(test_cuda(), VisualSentinelForward<T>{.key = key.data(),
                                                                .query = query.data(),
                                                                .score_weight = score_weight.data(),
                                                                .log_sum = log_sum.data(),
                                                                .sentinel = sentinel.data(),
                                                                .context = context.data(),
                                                                .alpha = alpha.data(),
                                                                .share = share.data(),
                                                                .weights = weights.data(),
                                                                .z = z.data(),
                                                                .B = n.B,
                                                                .L = n.L,
                                                                .A = n.A,
                                                                .D = n.D,
                                                                .score = in.score});
  return {share.values(), weights.values(), z.values()};
}

TYPED_TEST(VisualSentinelCuda, ForwardMatchesTheReference) {
  for (const Sizes& n : kSizes) {
    for (const ScoreFunction score : {ScoreFunction::kTanh, ScoreFunction::kRelu}) {
      SCOPED_TRACE(testing::Message() << n << ", score " << static_cast<int>(score));
      const Problem<TypeParam> in(n, score);
      const Results got = forward(in), want = forward_reference(in);
      expect_close(got.share, want.share, tolerance_of<TypeParam>(), "share");
      expect_close(got.weights, want.weights, tolerance_of<TypeParam>(), "weights");
      expect_close(got.z, want.z, tolerance_of<TypeParam>(), "z");
    }
  }
}

/// Sums that differ from the sentinel's score by more than e^x can hold.
TYPED_TEST(VisualSentinelCuda, OneTakesAllWithoutOverflow) {
  Problem<TypeParam> in({2, 3, 8, 8}, ScoreFunction::kTanh);
  in.log_sum = {-500, 500};
  const Results got = forward(in);
  EXPECT_EQ(got.share, std::vector<double>({1, 0}));
  for (int64_t l = 0; l < 3; ++l) {
    EXPECT_EQ(got.weights[l], 0);
    EXPECT_EQ(got.weights[3 + l], in.alpha[3 + l]);
  }
  for (int64_t d = 0; d < 8; ++d) {
    EXPECT_EQ(got.z[d], in.sentinel[d]);
    EXPECT_EQ(got.z[8 + d], in.context[8 + d]);
  }
}

/// What is added to; the device and the reference start from equal values.
template <class T>
struct Gradients {
  std::vector<double> dkey, dquery, dlog_sum, dsentinel, dcontext, dalpha;
  explicit Gradients(const Sizes& n)
      : dkey(rounded<T>(uniform(11, n.B * n.A))),
        dquery(rounded<T>(uniform(12, n.B * n.A))),
        dlog_sum(rounded<float>(uniform(13, n.B))),
        dsentinel(rounded<T>(uniform(14, n.B * n.D))),
        dcontext(rounded<T>(uniform(15, n.B * n.D))),
        dalpha(rounded<float>(uniform(16, n.B * n.L))) {}
};

template <class T>
void expect_backward(const Sizes& n, ScoreFunction score, bool with_dweights) {
  SCOPED_TRACE(testing::Message() << n << ", score " << static_cast<int>(score) << ", dweights "
                                  << with_dweights);
  const Problem<T> in(n, score);
  const auto share = rounded<float>(forward_reference(in).share),
             dz = rounded<T>(uniform(8, n.B * n.D)),
             dweights = rounded<float>(uniform(9, n.B * n.L, -3, 3));
  Gradients<T> want(n);
  const DeviceArray<T> key(in.key), query(in.query), score_weight(in.score_weight),
      sentinel(in.sentinel), context(in.context), device_dz(dz), dkey(want.dkey),
      dquery(want.dquery), dscore_weight(n.B * n.A), dsentinel(want.dsentinel),
      dcontext(want.dcontext);
  const DeviceArray<float> alpha(in.alpha), device_share(share), device_dweights(dweights),
      dlog_sum(want.dlog_sum), dalpha(want.dalpha);
  visual_sentinel_backward(
      test_cuda(),
      VisualSentinelBackward<T>{.key = key.data(),
                                .query = query.data(),
                                .score_weight = score_weight.data(),
                                .sentinel = sentinel.data(),
                                .context = context.data(),
                                .alpha = alpha.data(),
                                .share = device_share.data(),
                                .dz = device_dz.data(),
                                .dweights = with_dweights ? device_dweights.data() : nullptr,
                                .dkey = dkey.data(),
                                .dquery = dquery.data(),
                                .dscore_weight = dscore_weight.data(),
                                .dlog_sum = dlog_sum.data(),
                                .dsentinel = dsentinel.data(),
                                .dcontext = dcontext.data(),
                                .dalpha = with_dweights ? dalpha.data() : nullptr,
                                .B = n.B,
                                .L = n.L,
                                .A = n.A,
                                .D = n.D,
                                .score = score});
  std::vector<double> want_dscore_weight(in.key.size());
  visual_sentinel_backward(
      reference_cpu(),
      VisualSentinelBackward<double>{.key = in.key.data(),
                                     .query = in.query.data(),
                                     .score_weight = in.score_weight.data(),
                                     .sentinel = in.sentinel.data(),
                                     .context = in.context.data(),
                                     .alpha = in.alpha.data(),
                                     .share = share.data(),
                                     .dz = dz.data(),
                                     .dweights = with_dweights ? dweights.data() : nullptr,
                                     .dkey = want.dkey.data(),
                                     .dquery = want.dquery.data(),
                                     .dscore_weight = want_dscore_weight.data(),
                                     .dlog_sum = want.dlog_sum.data(),
                                     .dsentinel = want.dsentinel.data(),
                                     .dcontext = want.dcontext.data(),
                                     .dalpha = with_dweights ? want.dalpha.data() : nullptr,
                                     .B = n.B,
                                     .L = n.L,
                                     .A = n.A,
                                     .D = n.D,
                                     .score = score});
  expect_close(dkey.values(), want.dkey, tolerance_of<T>(), "dkey");
  expect_close(dquery.values(), want.dquery, tolerance_of<T>(), "dquery");
  expect_close(dscore_weight.values(), want_dscore_weight, tolerance_of<T>(), "dscore_weight");
  expect_close(dlog_sum.values(), want.dlog_sum, tolerance_of<float>(), "dlog_sum");
  expect_close(dsentinel.values(), want.dsentinel, tolerance_of<T>(), "dsentinel");
  expect_close(dcontext.values(), want.dcontext, tolerance_of<T>(), "dcontext");
  expect_close(dalpha.values(), want.dalpha, tolerance_of<float>(), "dalpha");
}

TYPED_TEST(VisualSentinelCuda, BackwardMatchesTheReferenceAndAdds) {
  for (const Sizes& n : kSizes) {
    for (const ScoreFunction score : {ScoreFunction::kTanh, ScoreFunction::kRelu}) {
      for (const bool with_dweights : {true, false}) {
        expect_backward<TypeParam>(n, score, with_dweights);
      }
    }
  }
}

TYPED_TEST(VisualSentinelCuda, NoRowsAreNoError) {
  VisualSentinelForward<TypeParam> forward = {};
  forward.L = forward.A = forward.D = 8;
  visual_sentinel_forward(test_cuda(), forward);
  VisualSentinelBackward<TypeParam> backward = {};
  backward.L = backward.A = backward.D = 8;
  visual_sentinel_backward(test_cuda(), backward);
  test_cuda().context->synchronize();
}

}  // namespace
}  // namespace storyteller::visual_sentinel_test
