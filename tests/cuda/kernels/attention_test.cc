#include "kernels/attention.h"

#include <string>

#include "kernels/cuda/error.h"
#include "tests/cuda/device_array.h"

namespace storyteller {
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
  std::vector<double> alpha, context, z;
};

template <class T>
Results forward_reference(const Problem<T>& in, ScoreFunction score) {
  const Sizes& n = in.n;
  Results out{std::vector<double>(n.rows() * n.L), std::vector<double>(n.rows() * n.D),
              std::vector<double>(n.rows() * n.D)};
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
                                             .gate_kind = in.gate_kind});
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
  const DeviceArray<float> alpha(n.rows() * n.L);
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
                                        .gate_kind = gate_kind});
  const Results want = forward_reference(in, score);
  expect_close(alpha.values(), want.alpha, tolerance_of<T>(), "alpha");
  expect_close(z.values(), want.z, tolerance_of<T>(), "z");
  if (!in_place) expect_close(context.values(), want.context, tolerance_of<T>(), "context");
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

/// The same gradient arrays on the device and for the reference, which start from equal values.
template <class T>
void expect_backward(const Sizes& n, ContextGate gate_kind, ScoreFunction score, bool with_dalpha) {
  SCOPED_TRACE(testing::Message() << n << ", gate " << static_cast<int>(gate_kind) << ", score "
                                  << static_cast<int>(score) << ", dalpha " << with_dalpha);
  const Problem<T> in(n, gate_kind);
  const Results saved = forward_reference(in, score);
  const auto alpha = rounded<float>(saved.alpha), context = rounded<T>(saved.context),
             dz = rounded<T>(uniform(6, n.rows() * n.D)),
             dalpha = rounded<float>(uniform(7, n.rows() * n.L, -3, 3));
  auto want_dquery = rounded<T>(uniform(8, n.rows() * n.A)),
       want_dgate = rounded<T>(uniform(9, in.gate_elements()));
  const DeviceArray<T> keys(in.keys), values(in.values), score_weight(in.score_weight),
      query(in.query), gate(in.gate), device_context(context), device_dz(dz), dquery(want_dquery),
      dgate(want_dgate), dcontext(n.rows() * n.D);
  const DeviceArray<int32_t> images(n.images);
  const DeviceArray<float> device_alpha(alpha), device_dalpha(dalpha), de(n.rows() * n.L);
  attention_backward(test_cuda(),
                     AttentionBackward<T>{.keys = keys.data(),
                                          .values = values.data(),
                                          .score_weight = score_weight.data(),
                                          .query = query.data(),
                                          .gate = gate.data(),
                                          .row_to_image = images.data(),
                                          .alpha = device_alpha.data(),
                                          .context = device_context.data(),
                                          .dz = device_dz.data(),
                                          .dalpha = with_dalpha ? device_dalpha.data() : nullptr,
                                          .dquery = dquery.data(),
                                          .dgate = dgate.data(),
                                          .de = de.data(),
                                          .dcontext = dcontext.data(),
                                          .B = n.rows(),
                                          .L = n.L,
                                          .A = n.A,
                                          .D = n.D,
                                          .score = score,
                                          .gate_kind = gate_kind});
  std::vector<double> want_de(alpha.size()), want_dcontext(context.size());
  attention_backward(reference_cpu(),
                     AttentionBackward<double>{.keys = in.keys.data(),
                                               .values = in.values.data(),
                                               .score_weight = in.score_weight.data(),
                                               .query = in.query.data(),
                                               .gate = in.gate.data(),
                                               .row_to_image = n.images.data(),
                                               .alpha = alpha.data(),
                                               .context = context.data(),
                                               .dz = dz.data(),
                                               .dalpha = with_dalpha ? dalpha.data() : nullptr,
                                               .dquery = want_dquery.data(),
                                               .dgate = want_dgate.data(),
                                               .de = want_de.data(),
                                               .dcontext = want_dcontext.data(),
                                               .B = n.rows(),
                                               .L = n.L,
                                               .A = n.A,
                                               .D = n.D,
                                               .score = score,
                                               .gate_kind = gate_kind});
  expect_close(dcontext.values(), want_dcontext, tolerance_of<T>(), "dcontext");
  expect_close(dgate.values(), want_dgate, tolerance_of<T>(), "dgate");
  expect_close(de.values(), want_de, tolerance_of<T>(), "de");
  expect_close(dquery.values(), want_dquery, tolerance_of<T>(), "dquery");
}

TYPED_TEST(AttentionCuda, BackwardMatchesTheReferenceAndAdds) {
  for (const Sizes& n : kSizes) {
    for (const auto gate : {ContextGate::kNone, ContextGate::kScalar, ContextGate::kVector}) {
      expect_backward<TypeParam>(n, gate, ScoreFunction::kTanh, gate != ContextGate::kScalar);
    }
  }
  expect_backward<TypeParam>(kSizes[1], ContextGate::kNone, ScoreFunction::kRelu, false);
  expect_backward<TypeParam>(kSizes[2], ContextGate::kVector, ScoreFunction::kRelu, true);
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
}  // namespace storyteller
