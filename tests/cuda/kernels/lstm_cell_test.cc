#include "kernels/lstm_cell.h"

#include "tests/cuda/device_array.h"

namespace storyteller::lstm_cell_test {
namespace {

template <class T>
class LstmCellCuda : public testing::Test {};
TYPED_TEST_SUITE(LstmCellCuda, StorageTypes);

struct Sizes {
  int64_t B, H;
};
// Odd widths, widths that vectors divide, more elements than a block has threads.
constexpr Sizes kSizes[] = {{1, 1}, {3, 37}, {2, 40}, {5, 264}};

constexpr LstmForm kForms[] = {LstmForm::kPlain, LstmForm::kMaxOut, LstmForm::kSentinel};

/// Makes the two candidates of kMaxOut equal in every third place.
std::vector<double> with_equal_candidates(std::vector<double> gates, LstmForm form, int64_t H) {
  if (form != LstmForm::kMaxOut) return gates;
  for (int64_t i = 0; i < std::ssize(gates); i += 3) {
    if (i / H % 5 == 3) gates[i + H] = gates[i];
  }
  return gates;
}

TYPED_TEST(LstmCellCuda, ForwardMatchesTheReference) {
  using T = TypeParam;
  for (const LstmForm form : kForms) {
    for (const auto [B, H] : kSizes) {
      SCOPED_TRACE(testing::Message()
                   << "form " << static_cast<int>(form) << ", B " << B << ", H " << H);
      const int64_t G = lstm_gates(form);
      const bool with_sentinel = form == LstmForm::kSentinel;
      const auto a = with_equal_candidates(rounded<T>(uniform(1, G * B * H, -4, 4)), form, H),
                 c = rounded<float>(uniform(2, B * H));
      const DeviceArray<T> device_a(a), gates(G * B * H), h_out(B * H), sentinel(B * H);
      const DeviceArray<float> device_c(c), c_out(B * H);
      lstm_cell_forward(
          test_cuda(),
          LstmCellForward<T>{.a = device_a.data(),
                             .c = device_c.data(),
                             .gates = gates.data(),
                             .c_out = c_out.data(),
                             .h_out = h_out.data(),
                             .B = B,
                             .H = H,
                             .form = form,
                             .sentinel_out = with_sentinel ? sentinel.data() : nullptr});
      std::vector<double> want_gates(a.size()), want_c(c.size()), want_h(c.size()),
          want_sentinel(c.size());
      lstm_cell_forward(
          reference_cpu(),
          LstmCellForward<double>{.a = a.data(),
                                  .c = c.data(),
                                  .gates = want_gates.data(),
                                  .c_out = want_c.data(),
                                  .h_out = want_h.data(),
                                  .B = B,
                                  .H = H,
                                  .form = form,
                                  .sentinel_out = with_sentinel ? want_sentinel.data() : nullptr});
      expect_close(gates.values(), want_gates, tolerance_of<T>(), "gates");
      expect_close(c_out.values(), want_c, tolerance_of<T>(), "c_out");
      expect_close(h_out.values(), want_h, tolerance_of<T>(), "h_out");
      if (with_sentinel) {
        expect_close(sentinel.values(), want_sentinel, tolerance_of<T>(), "sentinel");
      }
    }
  }
}

/// Which gradients a step is told.
struct Told {
  bool dh, dc, dsentinel;
};

template <class T>
void expect_backward(LstmForm form, Sizes n, Told told) {
  SCOPED_TRACE(testing::Message() << "form " << static_cast<int>(form) << ", B " << n.B << ", H "
                                  << n.H << ", dh " << told.dh << ", dc " << told.dc
                                  << ", dsentinel " << told.dsentinel);
  const auto [B, H] = n;
  const int64_t G = lstm_gates(form);
  const auto gates = with_equal_candidates(rounded<T>(uniform(1, G * B * H, 0, 1)), form, H),
             c = rounded<float>(uniform(2, B * H)), c_out = rounded<float>(uniform(3, B * H)),
             dh = rounded<T>(uniform(4, B * H)), dc_out = rounded<float>(uniform(5, B * H)),
             dsentinel = rounded<T>(uniform(8, B * H));
  auto want_da = rounded<T>(uniform(6, G * B * H)), want_dc = rounded<float>(uniform(7, B * H));
  const DeviceArray<T> device_gates(gates), device_dh(dh), device_dsentinel(dsentinel), da(want_da);
  const DeviceArray<float> device_c(c), device_c_out(c_out), device_dc_out(dc_out), dc(want_dc);
  lstm_cell_backward(
      test_cuda(),
      LstmCellBackward<T>{.gates = device_gates.data(),
                          .c = device_c.data(),
                          .c_out = device_c_out.data(),
                          .dh_out = told.dh ? device_dh.data() : nullptr,
                          .dc_out = told.dc ? device_dc_out.data() : nullptr,
                          .da = da.data(),
                          .dc = told.dc ? dc.data() : nullptr,
                          .B = B,
                          .H = H,
                          .form = form,
                          .dsentinel_out = told.dsentinel ? device_dsentinel.data() : nullptr});
  lstm_cell_backward(
      reference_cpu(),
      LstmCellBackward<double>{.gates = gates.data(),
                               .c = c.data(),
                               .c_out = c_out.data(),
                               .dh_out = told.dh ? dh.data() : nullptr,
                               .dc_out = told.dc ? dc_out.data() : nullptr,
                               .da = want_da.data(),
                               .dc = told.dc ? want_dc.data() : nullptr,
                               .B = B,
                               .H = H,
                               .form = form,
                               .dsentinel_out = told.dsentinel ? dsentinel.data() : nullptr});
  expect_close(da.values(), want_da, tolerance_of<T>(), "da");
  expect_close(dc.values(), want_dc, tolerance_of<T>(), "dc");
}

TYPED_TEST(LstmCellCuda, BackwardMatchesTheReferenceAndAdds) {
  for (const LstmForm form : kForms) {
    for (const Sizes n : kSizes) {
      for (const bool dh : {true, false}) {
        for (const bool dc : {true, false}) {
          expect_backward<TypeParam>(form, n, {dh, dc, false});
          if (form == LstmForm::kSentinel) expect_backward<TypeParam>(form, n, {dh, dc, true});
        }
      }
    }
  }
}

}  // namespace
}  // namespace storyteller::lstm_cell_test
