#include "model/decoder/cells/recurrent_cell.h"

namespace storyteller {
namespace {

/// h' = tanh(gates)      (Elman 1990)
class Rnn final : public RecurrentCell {
 public:
  using RecurrentCell::RecurrentCell;

 private:
  Var apply(Tape& tape, const Rows& rows, const Var& /*carried*/) const override {
    rnn_cell(tape, rows.gates, rows.h);
    return {};
  }
};

}  // namespace

std::unique_ptr<RecurrentCell> make_rnn(const CellTraits& traits, Parameters& parameters,
                                        const std::string& name, int64_t hidden) {
  return std::make_unique<Rnn>(traits, parameters, name, hidden);
}

}  // namespace storyteller
