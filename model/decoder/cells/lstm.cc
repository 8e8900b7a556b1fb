#include "model/decoder/cells/recurrent_cell.h"

namespace storyteller {
namespace {

/// i|f|g|o = gates        c' = sigmoid(f) c + sigmoid(i) tanh(g)        h' = sigmoid(o) tanh(c')
/// (Hochreiter and Schmidhuber 1997; Gers 2000), or one of its forms (kernels/lstm_cell.h).
class Lstm final : public RecurrentCell {
 public:
  Lstm(LstmForm form, const CellTraits& traits, Parameters& parameters, const std::string& name,
       int64_t hidden)
      : RecurrentCell(traits, parameters, name, hidden), form_(form) {}

 private:
  Var apply(Tape& tape, const Rows& rows, const Var& carried) const override {
    return lstm_cell(tape, rows.gates, carried, rows.h, form_, rows.sentinel);
  }

  LstmForm form_;
};

}  // namespace

std::unique_ptr<RecurrentCell> make_lstm(const CellTraits& traits, Parameters& parameters,
                                         const std::string& name, int64_t hidden) {
  return std::make_unique<Lstm>(LstmForm::kPlain, traits, parameters, name, hidden);
}

std::unique_ptr<RecurrentCell> make_maxout_lstm(const CellTraits& traits, Parameters& parameters,
                                                const std::string& name, int64_t hidden) {
  return std::make_unique<Lstm>(LstmForm::kMaxOut, traits, parameters, name, hidden);
}

std::unique_ptr<RecurrentCell> make_sentinel_lstm(const CellTraits& traits, Parameters& parameters,
                                                  const std::string& name, int64_t hidden) {
  return std::make_unique<Lstm>(LstmForm::kSentinel, traits, parameters, name, hidden);
}

}  // namespace storyteller
