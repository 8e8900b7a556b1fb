#include "kernels/lstm_cell.h"

#include "tests/cuda/device_array.h"

namespace storyteller {
namespace {

template <class T>
class LstmCellCuda : public testing::Test {};
TYPED_TEST_SUITE(LstmCellCuda, StorageTypes);

struct Sizes {
  int64_t B, H;
};
// Odd widths, widths that vectors divide, more elements than a block has threads.
constexpr Sizes kSizes[] = {{1, 1}, {3, 37}, {2, 40}, {5, 264}};

TYPED_TEST(LstmCellCuda, ForwardMatchesTheReference) {
  using T = TypeParam;
  for (const auto [B, H] : kSizes) {
    SCOPED_TRACE(testing::Message() << "B " << B << ", H " << H);
    const auto a = rounded<T>(uniform(1, 4 * B * H, -4, 4)), c = rounded<float>(uniform(2, B * H));
    const DeviceArray<T> device_a(a), gates(4 * B * H), h_out(B * H);
    const DeviceArray<float> device_c(c), c_out(B * H);
    lstm_cell_forward(test_cuda(), LstmCellForward<T>{.a = device_a.data(),
                                                      .c = device_c.data(),
                                                      .gates = gates.data(),
                                                      .c_out = c_out.data(),
                                                      .h_out = h_out.data(),
                                                      .B = B,
                                                      .H = H});
    std::vector<double> want_gates(a.size()), want_c(c.size()), want_h(c.size());
    lstm_cell_forward(reference_cpu(), LstmCellForward<double>{.a = a.data(),
                                                               .c = c.data(),
                                                               .gates = want_gates.data(),
                                                               .c_out = want_c.data(),
                                                               .h_out = want_h.data(),
                                                               .B = B,
                                                               .H = H});
    expect_close(gates.values(), want_gates, tolerance_of<T>(), "gates");
    expect_close(c_out.values(), want_c, tolerance_of<T>(), "c_out");
    expect_close(h_out.values(), want_h, tolerance_of<T>(), "h_out");
  }
}

TYPED_TEST(LstmCellCuda, BackwardMatchesTheReferenceAndAdds) {
  using T = TypeParam;
  for (const auto [B, H] : kSizes) {
    for (const bool with_dh : {true, false}) {
      for (const bool with_dc : {true, false}) {
        SCOPED_TRACE(testing::Message()
                     << "B " << B << ", H " << H << ", dh " << with_dh << ", dc " << with_dc);
        const auto gates = rounded<T>(uniform(1, 4 * B * H, 0, 1)),
                   c = rounded<float>(uniform(2, B * H)), c_out = rounded<float>(uniform(3, B * H)),
                   dh = rounded<T>(uniform(4, B * H)), dc_out = rounded<float>(uniform(5, B * H));
        auto want_da = rounded<T>(uniform(6, 4 * B * H)),
             want_dc = rounded<float>(uniform(7, B * H));
        const DeviceArray<T> device_gates(gates), device_dh(dh), da(want_da);
        const DeviceArray<float> device_c(c), device_c_out(c_out), device_dc_out(dc_out),
            dc(want_dc);
        lstm_cell_backward(test_cuda(),
                           LstmCellBackward<T>{.gates = device_gates.data(),
                                               .c = device_c.data(),
                                               .c_out = device_c_out.data(),
                                               .dh_out = with_dh ? device_dh.data() : nullptr,
                                               .dc_out = with_dc ? device_dc_out.data() : nullptr,
                                               .da = da.data(),
                                               .dc = with_dc ? dc.data() : nullptr,
                                               .B = B,
                                               .H = H});
        lstm_cell_backward(reference_cpu(),
                           LstmCellBackward<double>{.gates = gates.data(),
                                                    .c = c.data(),
                                                    .c_out = c_out.data(),
                                                    .dh_out = with_dh ? dh.data() : nullptr,
                                                    .dc_out = with_dc ? dc_out.data() : nullptr,
                                                    .da = want_da.data(),
                                                    .dc = with_dc ? want_dc.data() : nullptr,
                                                    .B = B,
                                                    .H = H});
        expect_close(da.values(), want_da, tolerance_of<T>(), "da");
        expect_close(dc.values(), want_dc, tolerance_of<T>(), "dc");
      }
    }
  }
}

}  // namespace
}  // namespace storyteller
