#include "kernels/attention.h"

#include <algorithm>
#include <string>
#include <utility>

#include "kernels/cuda/devices.h"
#include "kernels/cuda/error.h"
#include "tests/cuda/device_array.h"

namespace storyteller::attention_test {
namespace {

template <class T>
class AttentionCuda : public testing::Test {};
TYPED_TEST_SUITE(AttentionCuda, StorageTypes);

struct Sizes {
  int64_t L, A, D;
  std::vector<int32_t> images;  // the one of each row
  int64_t rows() const { return static_cast<int64_t>(images.size()); }
  int64_t pictures() const { return *std::max_element(images.begin(), images.end()) + 1; }
};
std::ostream& operator<<(std::ostream& out, const Sizes& n) {
  return out << "B " << n.rows() << ", L " << n.L << ", A " << n.A << ", D " << n.D;
}

/// Rows of one image beside each other and apart, more than a block serves; odd widths and widths
/// that vectors divide; fewer and more vectors than a warp, and than a block, is wide; more shared
/// memory than a block has without asking.
const Sizes kSizes[] = {
    {1, 1, 1, {0}},
    {49, 37, 53, {0, 0, 1, 0, 2, 2}},
    {7, 40, 72, {1, 1, 1, 1, 1, 0, 0, 2, 1}},
    {33, 72, 520, {0, 0, 0}},
    {5, 520, 2312, {1, 0}},
    {3, 33, 300, {0}},
    {1033, 8, 24, {0, 0}},
};

template <class T>
struct Problem {
  Sizes n;
  ContextGate gate_kind;
  std::vector<double> keys, values, score_weight, query, gate;

  Problem(const Sizes& sizes, ContextGate kind)
      : n(sizes),
        gate_kind(kind),
        keys(rounded<T>(uniform(1, n.pictures() * n.L * n.A))),
        values(rounded<T>(uniform(2, n.pictures() * n.L * n.D))),
        score_weight(rounded<T>(uniform(3, n.A))),
        query(rounded<T>(uniform(4, n.rows() * n.A))),
        gate(rounded<T>(uniform(5, gate_elements(), -3, 3))) {}

  int64_t gate_elements() const {
    return gate_kind == ContextGate::kNone ? 0 : n.rows() * (is_vector() ? n.D : 1);
  }
  bool is_vector() const { return gate_kind == ContextGate::kVector; }
};

struct Results {
  std::vector<double> alpha, context, z, log_sum;
};

template <class T>
Results forward_reference(const Problem<T>& in, ScoreFunction score) {
  const Sizes& n = in.n;
  Results out{std::vector<double>(n.rows() * n.L), std::vector<double>(n.rows() * n.D),
              std::vector<double>(n.rows() * n.D), std::vector<double>(n.rows())};
  attention_forward(reference_cpu(),
                    AttentionForward<double>{.keys = in.keys.data(),
                                             .values = in.values.data(),
                                             .score_weight = in.score_weight.data(),
                                             .query = in.query.data(),
                                             .gate = in.gate.data(),
                                             .row_to_image = n.images.data(),
                                             .alpha = out.alpha.data(),
                                             .context = out.context.data(),
                                             .z = out.z.data(),
                                             .B = n.rows(),
                                             .L = n.L,
                                             .A = n.A,
                                             .D = n.D,
                                             .score = score,
                                             .gate_kind = in.gate_kind,
                                             .log_sum = out.log_sum.data()});
  return out;
}

template <class T>
void expect_forward(const Sizes& n, ContextGate gate_kind, ScoreFunction score, bool in_place) {
  SCOPED_TRACE(testing::Message() << n << ", gate " << static_cast<int>(gate_kind) << ", score "
                                  << static_cast<int>(score));
  const Problem<T> in(n, gate_kind);
  const DeviceArray<T> keys(in.keys), values(in.values), score_weight(in.score_weight),
      query(in.query), gate(in.gate), context(n.rows() * n.D), z(n.rows() * n.D);
  const DeviceArray<int32_t> images(n.images);
  const DeviceArray<float> alpha(n.rows() * n.L), log_sum(n.rows());
  attention_forward(test_cuda(),
                    AttentionForward<T>{.keys = keys.data(),
                                        .values = values.data(),
                                        .score_weight = score_weight.data(),
                                        .query = query.data(),
                                        .gate = gate.data(),
                                        .row_to_image = images.data(),
                                        .alpha = alpha.data(),
                                        .context = in_place ? z.data() : context.data(),
                                        .z = z.data(),
                                        .B = n.rows(),
                                        .L = n.L,
                                        .A = n.A,
                                        .D = n.D,
                                        .score = score,
                                        .gate_kind = gate_kind,
                                        .log_sum = in_place ? nullptr : log_sum.data()});
  const Results want = forward_reference(in, score);
  expect_close(alpha.values(), want.alpha, tolerance_of<T>(), "alpha");
  expect_close(z.values(), want.z, tolerance_of<T>(), "z");
  if (in_place) return;
  expect_close(context.values(), want.context, tolerance_of<T>(), "context");
  expect_close(log_sum.values(), want.log_sum, tolerance_of<T>(), "log_sum");
}

TYPED_TEST(AttentionCuda, ForwardMatchesTheReference) {
  for (const Sizes& n : kSizes) {
    for (const auto gate : {ContextGate::kNone, ContextGate::kScalar, ContextGate::kVector}) {
      expect_forward<TypeParam>(n, gate, ScoreFunction::kTanh, false);
    }
  }
  expect_forward<TypeParam>(kSizes[1], ContextGate::kNone, ScoreFunction::kRelu, true);
  expect_forward<TypeParam>(kSizes[2], ContextGate::kVector, ScoreFunction::kRelu, false);
}

TYPED_TEST(AttentionCuda, NoRowsAreNoError) {
  AttentionForward<TypeParam> forward = {};
  forward.L = forward.A = forward.D = 8;
  attention_forward(test_cuda(), forward);
  AttentionBackward<TypeParam> backward = {};
  backward.L = backward.A = backward.D = 8;
  attention_backward(test_cuda(), backward);
  test_cuda().context->synchronize();
}

/// Scores that differ by more than e^x can hold: the greatest takes all.
TYPED_TEST(AttentionCuda, SoftmaxDoesNotOverflow) {
  using T = TypeParam;
  const int64_t L = 35, A = 1, D = 1;
  std::vector<double> key(L, 0), value(L, 1);
  key[33] = 400;
  value[33] = 7;
  const DeviceArray<T> keys(key), values(value), score_weight(std::vector<double>{1}),
      query(std::vector<double>{1}), z(D);
  const DeviceArray<int32_t> images(std::vector<int32_t>{0});
  const DeviceArray<float> alpha(L);
  attention_forward(test_cuda(), AttentionForward<T>{.keys = keys.data(),
                                                     .values = values.data(),
                                                     .score_weight = score_weight.data(),
                                                     .query = query.data(),
                                                     .gate = nullptr,
                                                     .row_to_image = images.data(),
                                                     .alpha = alpha.data(),
                                                     .context = z.data(),
                                                     .z = z.data(),
                                                     .B = 1,
                                                     .L = L,
                                                     .A = A,
                                                     .D = D,
                                                     .score = ScoreFunction::kRelu});
  EXPECT_EQ(z.values()[0], 7);
  EXPECT_EQ(alpha.values()[33], 1);
  EXPECT_EQ(alpha.values()[34], 0);
}

/// Scores that device and reference compute without an error: the keys, multiples of 1/8 of which
/// many are equal.
template <class T>
struct Draws {
  int64_t L, A, D;
  std::vector<int32_t> images = {1, 1, 1, 1, 1, 0, 0, 2, 1, 1, 0, 0};
  std::vector<uint64_t> row_keys;
  std::vector<double> keys, values, score_weight, query;

  Draws(int64_t regions, int64_t channels, int64_t features)
      : L(regions),
        A(channels),
        D(features),
        keys(uniform(1, 3 * L * A, 0, 24)),
        values(rounded<T>(uniform(2, 3 * L * D))),
        score_weight(static_cast<size_t>(A)),
        query(static_cast<size_t>(rows() * A)) {
    for (double& key : keys) key = std::floor(key) / 8;
    score_weight[0] = 1;
    for (int64_t b = 0; b < rows(); ++b) row_keys.push_back(static_cast<uint64_t>(b) << 33 | 5);
  }
  int64_t rows() const { return std::ssize(images); }

  template <class S>
  AttentionForward<S> step(bool at_random, uint64_t key) const {
    AttentionForward<S> p{};
    p.B = rows(), p.L = L, p.A = A, p.D = D;
    p.score = ScoreFunction::kRelu, p.at_random = at_random, p.key = key;
    return p;
  }

  /// drawn (B,L) in double on the CPU.
  std::vector<double> wanted(bool at_random, uint64_t key, bool with_row_keys) const {
    std::vector<double> drawn(rows() * L), alpha(rows() * L), z(rows() * D);
    auto p = step<double>(at_random, key);
    p.keys = keys.data(), p.values = values.data(), p.score_weight = score_weight.data();
    p.query = query.data(), p.row_to_image = images.data(), p.alpha = alpha.data();
    p.context = p.z = z.data(), p.drawn = drawn.data();
    p.row_key = with_row_keys ? row_keys.data() : nullptr;
    attention_forward(reference_cpu(), p);
    return drawn;
  }

  struct Taken {
    std::vector<double> alpha, drawn, context;
  };
  Taken on_device(bool draw, bool at_random, uint64_t key, bool with_row_keys) const {
    const DeviceArray<T> device_keys(keys), device_values(values), weight(score_weight),
        device_query(query), z(rows() * D);
    const DeviceArray<int32_t> device_images(images);
    const DeviceArray<uint64_t> device_row_keys(row_keys);
    const DeviceArray<float> alpha(rows() * L), drawn(rows() * L);
    auto p = step<T>(at_random, key);
    p.keys = device_keys.data(), p.values = device_values.data(), p.score_weight = weight.data();
    p.query = device_query.data(), p.row_to_image = device_images.data(), p.alpha = alpha.data();
    p.context = p.z = z.data(), p.drawn = draw ? drawn.data() : nullptr;
    p.row_key = with_row_keys ? device_row_keys.data() : nullptr;
    attention_forward(test_cuda(), p);
    return {alpha.values(), draw ? drawn.values() : std::vector<double>(), z.values()};
  }

  /// Each row looks at its region alone, and its alpha is what it is without a draw.
  void expect_drawn(bool at_random, uint64_t key, bool with_row_keys) const {
    const Taken taken = on_device(true, at_random, key, with_row_keys);
    EXPECT_EQ(taken.drawn, wanted(at_random, key, with_row_keys));
    EXPECT_EQ(taken.alpha, on_device(false, at_random, key, with_row_keys).alpha);
    for (int64_t b = 0; b < rows(); ++b) {
      const auto first = taken.drawn.begin() + b * L;
      const auto value =
          values.begin() + (images[b] * L + (std::find(first, first + L, 1) - first)) * D;
      EXPECT_TRUE(std::equal(value, value + D, taken.context.begin() + b * D)) << "row " << b;
    }
  }
};

TYPED_TEST(AttentionCuda, DrawsTheRegionsThatTheCpuDraws) {
  for (const Draws<TypeParam>& draws : {Draws<TypeParam>{1, 1, 3}, {33, 1, 5}, {70, 8, 16}}) {
    SCOPED_TRACE(testing::Message() << "L " << draws.L);
    for (const bool with_row_keys : {true, false}) {
      draws.expect_drawn(true, 1, with_row_keys);
      draws.expect_drawn(true, 7, with_row_keys);
    }
    draws.expect_drawn(false, 1, false);
  }
}

TYPED_TEST(AttentionCuda, ScoresThatAreNoNumbersDrawTheFirstRegion) {
  Draws<TypeParam> draws(40, 8, 8);
  draws.score_weight.assign(8, NAN);
  for (const bool at_random : {true, false}) {
    const auto drawn = draws.on_device(true, at_random, 1, true).drawn;
    EXPECT_EQ(drawn, draws.wanted(at_random, 1, true));
    EXPECT_EQ(drawn[0], 1);
  }
}

/// What a backward step is told beside dz.
struct Told {
  bool dalpha = false, dlog_sum = false, drawn = false;
};

/// The same gradient arrays on the device and for the reference, which start from equal values.
template <class T>
void expect_backward(const Sizes& n, ContextGate gate_kind, ScoreFunction score, Told told) {
  SCOPED_TRACE(testing::Message() << n << ", gate " << static_cast<int>(gate_kind) << ", score "
                                  << static_cast<int>(score) << ", dalpha " << told.dalpha
                                  << ", dlog_sum " << told.dlog_sum << ", drawn " << told.drawn);
  const Problem<T> in(n, gate_kind);
  const Results saved = forward_reference(in, score);
  const auto alpha = rounded<float>(saved.alpha), context = rounded<T>(saved.context),
             dz = rounded<T>(uniform(6, n.rows() * n.D)),
             dalpha = rounded<float>(uniform(7, n.rows() * n.L, -3, 3)),
             dlog_sum = rounded<float>(uniform(10, n.rows(), -3, 3));
  auto want_dquery = rounded<T>(uniform(8, n.rows() * n.A)),
       want_dgate = rounded<T>(uniform(9, in.gate_elements()));
  const DeviceArray<T> keys(in.keys), values(in.values), score_weight(in.score_weight),
      query(in.query), gate(in.gate), device_context(context), device_dz(dz), dquery(want_dquery),
      dgate(want_dgate), dcontext(n.rows() * n.D);
  const DeviceArray<int32_t> images(n.images);
  const DeviceArray<float> device_alpha(alpha), device_dalpha(dalpha), device_dlog_sum(dlog_sum),
      de(n.rows() * n.L);
  attention_backward(test_cuda(), AttentionBackward<T>{
                                      .keys = keys.data(),
                                      .values = values.data(),
                                      .score_weight = score_weight.data(),
                                      .query = query.data(),
                                      .gate = gate.data(),
                                      .row_to_image = images.data(),
                                      .alpha = device_alpha.data(),
                                      .context = device_context.data(),
                                      .dz = device_dz.data(),
                                      .dalpha = told.dalpha ? device_dalpha.data() : nullptr,
                                      .dquery = dquery.data(),
                                      .dgate = dgate.data(),
                                      .de = de.data(),
                                      .dcontext = dcontext.data(),
                                      .B = n.rows(),
                                      .L = n.L,
                                      .A = n.A,
                                      .D = n.D,
                                      .score = score,
                                      .gate_kind = gate_kind,
                                      .dlog_sum = told.dlog_sum ? device_dlog_sum.data() : nullptr,
                                      .drawn = told.drawn});
  std::vector<double> want_de(alpha.size()), want_dcontext(context.size());
  attention_backward(reference_cpu(), AttentionBackward<double>{
                                          .keys = in.keys.data(),
                                          .values = in.values.data(),
                                          .score_weight = in.score_weight.data(),
                                          .query = in.query.data(),
                                          .gate = in.gate.data(),
                                          .row_to_image = n.images.data(),
                                          .alpha = alpha.data(),
                                          .context = context.data(),
                                          .dz = dz.data(),
                                          .dalpha = told.dalpha ? dalpha.data() : nullptr,
                                          .dquery = want_dquery.data(),
                                          .dgate = want_dgate.data(),
                                          .de = want_de.data(),
                                          .dcontext = want_dcontext.data(),
                                          .B = n.rows(),
                                          .L = n.L,
                                          .A = n.A,
                                          .D = n.D,
                                          .score = score,
                                          .gate_kind = gate_kind,
                                          .dlog_sum = told.dlog_sum ? dlog_sum.data() : nullptr,
                                          .drawn = told.drawn});
  expect_close(dcontext.values(), want_dcontext, tolerance_of<T>(), "dcontext");
  expect_close(dgate.values(), want_dgate, tolerance_of<T>(), "dgate");
  expect_close(de.values(), want_de, tolerance_of<T>(), "de");
  expect_close(dquery.values(), want_dquery, tolerance_of<T>(), "dquery");
}

TYPED_TEST(AttentionCuda, BackwardMatchesTheReferenceAndAdds) {
  for (const Sizes& n : kSizes) {
    for (const auto gate : {ContextGate::kNone, ContextGate::kScalar, ContextGate::kVector}) {
      expect_backward<TypeParam>(n, gate, ScoreFunction::kTanh,
                                 {.dalpha = gate != ContextGate::kScalar});
    }
  }
  expect_backward<TypeParam>(kSizes[1], ContextGate::kNone, ScoreFunction::kRelu, {});
  expect_backward<TypeParam>(kSizes[2], ContextGate::kVector, ScoreFunction::kRelu,
                             {.dalpha = true});
}

TYPED_TEST(AttentionCuda, BackwardTakesWhatReachedTheSumAndNothingThroughADraw) {
  for (const Sizes& n : {kSizes[1], kSizes[2], kSizes[3]}) {
    for (const bool dalpha : {false, true}) {
      for (const auto& [dlog_sum, drawn] : {std::pair(true, false), {false, true}, {true, true}}) {
        expect_backward<TypeParam>(n, ContextGate::kNone, ScoreFunction::kTanh,
                                   {.dalpha = dalpha, .dlog_sum = dlog_sum, .drawn = drawn});
      }
    }
  }
}

TYPED_TEST(AttentionCuda, RegionsBeyondTheSharedMemoryAreRefusedByName) {
  using T = TypeParam;
  const auto most = static_cast<int64_t>(test_cuda().context->properties().most_shared_bytes);
  const int64_t L = most / 16 + 1;
  AttentionForward<T> forward = {};
  AttentionBackward<T> backward = {};
  forward.B = backward.B = 1;
  forward.L = backward.L = L;
  forward.A = backward.A = forward.D = backward.D = 8;
  const auto expect_refused = [&](auto&& call) {
    try {
      call();
      FAIL() << "L = " << L << " is not refused";
    } catch (const CudaError& error) {
      EXPECT_NE(std::string(error.what()).find("L = " + std::to_string(L)), std::string::npos)
          << error.what();
    }
  };
  expect_refused([&] { attention_forward(test_cuda(), forward); });
  expect_refused([&] { attention_backward(test_cuda(), backward); });
}

}  // namespace
}  // namespace storyteller::attention_test
