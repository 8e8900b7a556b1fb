#include "model/decoder/cells/recurrent_cell.h"

namespace storyteller {
namespace {

/// i|f|g|o = gates        c' = sigmoid(f) c + sigmoid(i) tanh(g)        h' = sigmoid(o) tanh(c')
/// (Hochreiter and Schmidhuber 1997; Gers 2000).
class Lstm final : public RecurrentCell {
 public:
  using RecurrentCell::RecurrentCell;

 private:
  Var apply(Tape& tape, const Rows& rows, const Var& carried) const override {
    return lstm_cell(tape, rows.gates, carried, rows.h);
  }
};

}  // namespace

std::unique_ptr<RecurrentCell> make_lstm(const CellTraits& traits, Parameters& parameters,
                                         const std::string& name, int64_t hidden) {
  return std::make_unique<Lstm>(traits, parameters, name, hidden);
}

}  // namespace storyteller
