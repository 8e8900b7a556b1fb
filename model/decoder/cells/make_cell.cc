#include "core/error.h"
#include "model/decoder/cells/recurrent_cell.h"

namespace storyteller {
namespace {

struct CellRow {
  CellKind kind;
  const char* name;
  CellTraits traits;
  MakeCell* make;
};

using Carried = CellTraits::Carried;

const CellRow kCells[] = {
    {CellKind::kLstm,
     "lstm",
     {.gates = 4,
      .carried = Carried::kCell,
      .input_bias = Initializer::forget_bias(),
      .candidate = 2},
     make_lstm},
    {CellKind::kGru,
     "gru",
     {.gates = 3, .carried = Carried::kState, .product_apart = true, .candidate = 2},
     make_gru},
    {CellKind::kRnn, "rnn", {.gates = 1}, make_rnn},
    {CellKind::kReluRnn,
     "relu_rnn",
     {.gates = 1, .hidden_weight = Initializer::identity()},
     make_relu_rnn},
    {CellKind::kMaxOutLstm,
     "maxout_lstm",
     {.gates = 5,
      .carried = Carried::kCell,
      .input_bias = Initializer::forget_bias(5),
      .candidate = 3,
      .candidates = 2},
     make_maxout_lstm},
    {CellKind::kSentinelLstm,
     "sentinel_lstm",
     {.gates = 5,
      .carried = Carried::kCell,
      .input_bias = Initializer::forget_bias(5),
      .candidate = 2,
      .sentinel = true},
     make_sentinel_lstm},
};

const CellRow& row_of(CellKind kind) {
  for (const CellRow& row : kCells) {
    if (row.kind == kind) return row;
  }
  throw InternalError("a kind of cell is not in its table");
}

}  // namespace

std::vector<std::pair<std::string, CellKind>> cell_choices() {
  std::vector<std::pair<std::string, CellKind>> choices;
  for (const CellRow& row : kCells) {
    if (!row.traits.sentinel) choices.emplace_back(row.name, row.kind);
  }
  return choices;
}

const CellTraits& traits_of(CellKind kind) { return row_of(kind).traits; }
std::string name_of(CellKind kind) { return row_of(kind).name; }

std::unique_ptr<RecurrentCell> make_cell(CellKind kind, Parameters& parameters,
                                         const std::string& name, int64_t hidden) {
  const CellRow& row = row_of(kind);
  return row.make(row.traits, parameters, name, hidden);
}

}  // namespace storyteller
