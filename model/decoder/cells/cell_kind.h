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
enum class CellKind : int { kLstm, kGru, kRnn, kMaxOutLstm, kSentinelLstm };

/// For the option `cell`: those that go with any kind of decoder.
std::vector<std::pair<std::string, CellKind>> cell_choices();

// One for each kind, in cells/KIND.cc; they are called by make_cell().
std::unique_ptr<RecurrentCell> make_lstm(const CellTraits& traits, Parameters& parameters,
                                         const std::string& name, int64_t hidden);
std::unique_ptr<RecurrentCell> make_maxout_lstm(const CellTraits& traits, Parameters& parameters,
                                                const std::string& name, int64_t hidden);
std::unique_ptr<RecurrentCell> make_sentinel_lstm(const CellTraits& traits, Parameters& parameters,
                                                  const std::string& name, int64_t hidden);
std::unique_ptr<RecurrentCell> make_gru(const CellTraits& traits, Parameters& parameters,
                                        const std::string& name, int64_t hidden);
std::unique_ptr<RecurrentCell> make_rnn(const CellTraits& traits, Parameters& parameters,
                                        const std::string& name, int64_t hidden);

}  // namespace storyteller
