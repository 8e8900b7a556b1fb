#include "model/decoder/cells/recurrent_cell.h"

namespace storyteller {
namespace {

/// r, z = sigmoid(gates + product)      n = tanh(gates + r product)      h' = (1 - z) n + z h
/// (Cho 2014), with the reset behind the product, as torch.nn.GRU and cuDNN have it.
class Gru final : public RecurrentCell {
 public:
  using RecurrentCell::RecurrentCell;

 private:
  Var apply(Tape& tape, const Rows& rows, const Var& carried) const override {
    return gru_cell(tape, rows.gates, rows.product, carried, rows.h);
  }
};

}  // namespace

std::unique_ptr<RecurrentCell> make_gru(const CellTraits& traits, Parameters& parameters,
                                        const std::string& name, int64_t hidden) {
  return std::make_unique<Gru>(traits, parameters, name, hidden);
}

}  // namespace storyteller
