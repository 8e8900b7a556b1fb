#include "kernels/gru_cell.h"

#include "tests/cuda/device_array.h"

namespace storyteller::gru_cell_test {
namespace {

template <class T>
class GruCellCuda : public testing::Test {};
TYPED_TEST_SUITE(GruCellCuda, StorageTypes);

struct Sizes {
  int64_t B, H;
};
// Odd widths, widths that vectors divide, more elements than a block has threads.
constexpr Sizes kSizes[] = {{1, 1}, {3, 37}, {2, 40}, {5, 264}};

TYPED_TEST(GruCellCuda, ForwardMatchesTheReference) {
  using T = TypeParam;
  for (const auto [B, H] : kSizes) {
    SCOPED_TRACE(testing::Message() << "B " << B << ", H " << H);
    const auto ax = rounded<T>(uniform(1, 3 * B * H, -4, 4)),
               ah = rounded<T>(uniform(2, 3 * B * H, -4, 4)),
               state = rounded<float>(uniform(3, B * H));
    const DeviceArray<T> device_ax(ax), device_ah(ah), gates(3 * B * H), h_out(B * H);
    const DeviceArray<float> device_state(state), state_out(B * H);
    gru_cell_forward(test_cuda(), GruCellForward<T>{.ax = device_ax.data(),
                                                    .ah = device_ah.data(),
                                                    .state = device_state.data(),
                                                    .gates = gates.data(),
                                                    .state_out = state_out.data(),
                                                    .h_out = h_out.data(),
                                                    .B = B,
                                                    .H = H});
    std::vector<double> want_gates(ax.size()), want_state(state.size()), want_h(state.size());
    gru_cell_forward(reference_cpu(), GruCellForward<double>{.ax = ax.data(),
                                                             .ah = ah.data(),
                                                             .state = state.data(),
                                                             .gates = want_gates.data(),
                                                             .state_out = want_state.data(),
                                                             .h_out = want_h.data(),
                                                             .B = B,
                                                             .H = H});
    expect_close(gates.values(), want_gates, tolerance_of<T>(), "gates");
    expect_close(state_out.values(), want_state, tolerance_of<T>(), "state_out");
    expect_close(h_out.values(), want_h, tolerance_of<T>(), "h_out");
    EXPECT_EQ(rounded<T>(state_out.values()), h_out.values());

    // In place: the same bits.
    gru_cell_forward(test_cuda(), GruCellForward<T>{.ax = device_ax.data(),
                                                    .ah = device_ah.data(),
                                                    .state = device_state.data(),
                                                    .gates = device_ax.data(),
                                                    .state_out = device_state.data(),
                                                    .h_out = h_out.data(),
                                                    .B = B,
                                                    .H = H});
    EXPECT_EQ(device_ax.values(), gates.values());
    EXPECT_EQ(device_state.values(), state_out.values());
  }
}

/// Which gradients the step gets and gives.
struct Flow {
  bool dh_out, dstate_out, dax, dah, dstate;
};
constexpr Flow kFlows[] = {{true, true, true, true, true},   {false, true, true, true, true},
                           {true, false, true, true, true},  {true, true, true, false, false},
                           {true, true, false, true, false}, {true, true, false, false, true}};

TYPED_TEST(GruCellCuda, BackwardMatchesTheReferenceAndAdds) {
  using T = TypeParam;
  for (const auto [B, H] : kSizes) {
    const auto gates = rounded<T>(uniform(1, 3 * B * H, 0, 1)),
               ah = rounded<T>(uniform(2, 3 * B * H, -4, 4)),
               state = rounded<float>(uniform(3, B * H)), dh_out = rounded<T>(uniform(4, B * H)),
               dstate_out = rounded<float>(uniform(5, B * H));
    const DeviceArray<T> device_gates(gates), device_ah(ah), device_dh_out(dh_out);
    const DeviceArray<float> device_state(state), device_dstate_out(dstate_out);
    for (const Flow& flow : kFlows) {
      SCOPED_TRACE(testing::Message() << "B " << B << ", H " << H << ", flow " << &flow - kFlows);
      auto want_dax = rounded<T>(uniform(6, 3 * B * H)),
           want_dah = rounded<T>(uniform(7, 3 * B * H)),
           want_dstate = rounded<float>(uniform(8, B * H));
      const DeviceArray<T> dax(want_dax), dah(want_dah);
      const DeviceArray<float> dstate(want_dstate);
      gru_cell_backward(
          test_cuda(),
          GruCellBackward<T>{.gates = device_gates.data(),
                             .ah = device_ah.data(),
                             .state = device_state.data(),
                             .dh_out = flow.dh_out ? device_dh_out.data() : nullptr,
                             .dstate_out = flow.dstate_out ? device_dstate_out.data() : nullptr,
                             .dax = flow.dax ? dax.data() : nullptr,
                             .dah = flow.dah ? dah.data() : nullptr,
                             .dstate = flow.dstate ? dstate.data() : nullptr,
                             .B = B,
                             .H = H});
      gru_cell_backward(
          reference_cpu(),
          GruCellBackward<double>{.gates = gates.data(),
                                  .ah = ah.data(),
                                  .state = state.data(),
                                  .dh_out = flow.dh_out ? dh_out.data() : nullptr,
                                  .dstate_out = flow.dstate_out ? dstate_out.data() : nullptr,
                                  .dax = flow.dax ? want_dax.data() : nullptr,
                                  .dah = flow.dah ? want_dah.data() : nullptr,
                                  .dstate = flow.dstate ? want_dstate.data() : nullptr,
                                  .B = B,
                                  .H = H});
      expect_close(dax.values(), want_dax, tolerance_of<T>(), "dax");
      expect_close(dah.values(), want_dah, tolerance_of<T>(), "dah");
      expect_close(dstate.values(), want_dstate, tolerance_of<T>(), "dstate");
    }
  }
}

}  // namespace
}  // namespace storyteller::gru_cell_test
