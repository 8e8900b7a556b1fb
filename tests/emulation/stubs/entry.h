#pragma once

#include <optional>
#include <stdexcept>
#include <string>

// What the functions of both stub libraries do alike: count their calls, refuse what a script tells
// them to refuse, and report what they were given wrongly.
namespace stubs {

/// A call that the library of NVIDIA need not take: it may refuse it, or compute anything.
struct Violation : std::runtime_error {
  using std::runtime_error::runtime_error;
};

inline void demand(bool holds, const char* otherwise) {
  if (!holds) throw Violation(otherwise);
}
inline void demand(bool holds, const std::string& otherwise) {
  if (!holds) throw Violation(otherwise);
}

void count_call(const char* function);

/// Prints the line, keeps it for stub_violations, and ends the program with an exit status of
/// failure, however its tests end.
void report(const char* function, const std::string& violation);
/// Why the last call failed: what was reported, or that it was scripted.
std::string last_failure();

/// Calls `check` before the program ends: what it throws is reported.
void check_at_exit(void (*check)());

/// The status that STORYTELLER_STUBS gives this call. It holds rules between blanks, read again
/// whenever it changes:
///   FUNCTION[@N][/SIZES]=STATUS
/// the N-th call of the function since then (without N: every call) with these sizes, as the
/// function writes them (without SIZES: any), returns the status, a number, and does nothing else;
/// `none` is success with nothing done, so that a query finds nothing. Rules with sizes and rules
/// without are asked for one by one.
std::optional<int> scripted(const char* function, const std::string& sizes = "");

/// Any function of a library: answers as the script says, else with `answer()`. What is demanded in
/// vain is reported and answered with `refusal`.
template <class Status, class F>
Status entry(const char* function, Status refusal, const F& answer) {
  count_call(function);
  try {
    const std::optional<int> told = scripted(function);
    return told.has_value() ? static_cast<Status>(*told) : answer();
  } catch (const Violation& violation) {
    report(function, violation.what());
    return refusal;
  }
}

}  // namespace stubs
