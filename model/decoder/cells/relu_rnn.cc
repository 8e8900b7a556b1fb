#include "model/decoder/cells/recurrent_cell.h"

namespace storyteller {
namespace {

/// h' = max(0, gates), with a weight of the state that starts as the identity: what is in the state
/// stays there until training says otherwise (Le, Jaitly and Hinton 2015).
class ReluRnn final : public RecurrentCell {
 public:
  using RecurrentCell::RecurrentCell;

 private:
  Var apply(Tape& tape, const Rows& rows, const Var& /*carried*/) const override {
    rnn_cell(tape, rows.gates, rows.h, Activation::kRelu);
    return {};
  }
};

}  // namespace

std::unique_ptr<RecurrentCell> make_relu_rnn(const CellTraits& traits, Parameters& parameters,
                                             const std::string& name, int64_t hidden) {
  return std::make_unique<ReluRnn>(traits, parameters, name, hidden);
}

}  // namespace storyteller
