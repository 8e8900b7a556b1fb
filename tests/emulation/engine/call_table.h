#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "tests/emulation/runtime/call_log.h"

namespace storyteller {

/// How often what the device is given comes, and the bytes of fills and copies, by the op on whose
/// behalf it is.
class CallTable {
 public:
  CallTable() = default;
  explicit CallTable(const std::vector<emulation::Call>& calls);

  /// What this one has more than another; throws std::logic_error where it has less.
  CallTable less(const CallTable& other) const;
  int64_t count(emulation::CallKind kind) const;
  /// Of an op, or of a kernel.
  int64_t count_named(const std::string& name) const;
  /// A line a row and a line a kind, in order.
  std::string text() const;

 private:
  struct Sum {
    int64_t count = 0, bytes = 0;
  };
  std::map<std::tuple<std::string, emulation::CallKind, std::string>, Sum> rows_;
};

/// Compares with tests/cuda/launches/NAME.txt, which STORYTELLER_MOVE_GOLDENS=1 writes instead; the
/// first lines of that file, from "# ", are `about`. Returns the first difference and what to do,
/// or
/// "".
std::string difference_from_golden(const std::string& name, const std::string& about,
                                   const CallTable& table);

}  // namespace storyteller
