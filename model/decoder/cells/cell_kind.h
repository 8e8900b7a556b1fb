#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace storyteller {

struct CellTraits;
class Parameters;
class RecurrentCell;

/// The kinds of recurrent cells; what they are called stands in the table of make_cell.cc.
enum class CellKind : int { kLstm, kGru, kRnn, kReluRnn, kMaxOutLstm, kSentinelLstm };

/// For the option `cell`: those that go with any kind of decoder.
std::vector<std::pair<std::string, CellKind>> cell_choices();

using MakeCell = std::unique_ptr<RecurrentCell>(const CellTraits& traits, Parameters& parameters,
                                                const std::string& name, int64_t hidden);
/// One for each kind, in cells/KIND.cc; they are called by make_cell().
MakeCell make_lstm, make_gru, make_rnn, make_relu_rnn, make_maxout_lstm, make_sentinel_lstm;

}  // namespace storyteller
