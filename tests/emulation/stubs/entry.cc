#include "tests/emulation/stubs/entry.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <sstream>
#include <vector>

#include "tests/emulation/stubs/control.h"

namespace stubs {
namespace {

struct Rule {
  std::string function, sizes;
  long which = 0;  ///< 0: every call
  int status = 0;
  long met = 0;
};

struct State {
  std::mutex mutex;
  std::map<std::string, uint64_t> calls;
  std::vector<std::string> reports;
  std::string failure;
  std::string script;
  std::vector<Rule> rules;
  void (*check)() = nullptr;
};

/// Never destroyed: contexts end after main().
State& state() {
  static auto* state = new State;
  return *state;
}

[[noreturn]] void give_up(const std::string& rule) {
  std::fprintf(stderr, "STORYTELLER_STUBS: not a rule: %s\n", rule.c_str());
  std::abort();
}

std::vector<Rule> parse(const std::string& script) {
  std::vector<Rule> rules;
  std::istringstream words(script);
  for (std::string word; words >> word;) {
    const size_t equals = word.rfind('=');
    if (equals == std::string::npos) give_up(word);
    Rule rule;
    rule.function = word.substr(0, equals);
    if (const size_t slash = rule.function.find('/'); slash != std::string::npos) {
      rule.sizes = rule.function.substr(slash + 1);
      rule.function.resize(slash);
    }
    if (const size_t at = rule.function.find('@'); at != std::string::npos) {
      rule.which = std::strtol(rule.function.c_str() + at + 1, nullptr, 10);
      if (rule.which < 1) give_up(word);
      rule.function.resize(at);
    }
    const std::string status = word.substr(equals + 1);
    char* end = nullptr;
    rule.status = static_cast<int>(std::strtol(status.c_str(), &end, 10));
    if (status != "none" && (status.empty() || *end != '\0')) give_up(word);
    rules.push_back(rule);
  }
  return rules;
}

/// A program whose tests passed although a library was misused must not succeed.
__attribute__((destructor)) void end() {
  State& s = state();
  try {
    if (s.check != nullptr) s.check();
  } catch (const Violation& violation) {
    report("at the end", violation.what());
  }
  if (s.reports.empty()) return;
  std::fprintf(stderr, "%zu wrong uses of a stub library; the first: %s\n", s.reports.size(),
               s.reports.front().c_str());
  std::fflush(nullptr);
  _exit(1);
}

}  // namespace

void count_call(const char* function) {
  const std::lock_guard lock(state().mutex);
  ++state().calls[function];
}

void report(const char* function, const std::string& violation) {
  const std::lock_guard lock(state().mutex);
  state().failure = std::string(function) + ": " + violation;
  state().reports.push_back(state().failure);
  std::fprintf(stderr, "stub library: %s\n", state().failure.c_str());
}

std::string last_failure() {
  const std::lock_guard lock(state().mutex);
  return state().failure;
}

void check_at_exit(void (*check)()) { state().check = check; }

std::optional<int> scripted(const char* function, const std::string& sizes) {
  State& s = state();
  const std::lock_guard lock(s.mutex);
  const char* given = std::getenv("STORYTELLER_STUBS");
  const char* script = given == nullptr ? "" : given;
  if (s.script != script) {
    s.rules = parse(script);
    s.script = script;
  }
  std::optional<int> status;
  for (Rule& rule : s.rules) {
    if (rule.function != function || rule.sizes != sizes) continue;
    if (++rule.met == rule.which || rule.which == 0) status = rule.status;
  }
  if (status.has_value()) s.failure = "STORYTELLER_STUBS says so";
  return status;
}

}  // namespace stubs

uint64_t stub_calls(const char* function) {
  const std::lock_guard lock(stubs::state().mutex);
  const auto found = stubs::state().calls.find(function);
  return found == stubs::state().calls.end() ? 0 : found->second;
}

size_t stub_violations(char* lines, size_t bytes) {
  const std::lock_guard lock(stubs::state().mutex);
  std::string all;
  for (const std::string& line : stubs::state().reports) all += line + "\n";
  std::snprintf(lines, bytes, "%s", all.c_str());
  const size_t count = stubs::state().reports.size();
  stubs::state().reports.clear();
  return count;
}
