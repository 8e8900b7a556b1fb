// libFuzzer target for policies of `storyteller review`: JSON with comments, and YAML, by the first
// byte. Any text is a policy or has a problem; one that is good is good when it is read again.
//   tests/fuzz/run policy -runs=1000000
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "tools/apps/review/policy.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace storyteller::review;
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  std::vector<PolicyProblem> problems;
  const Policy policy = parse_policy(text, data[0] % 2 == 0 ? "p.json" : "p.yaml", &problems);
  if (!problems.empty()) return 0;
  if (policy.rules.empty()) std::abort();
  for (const Rule& rule : policy.rules) {
    if (rule.id.empty() || !(rule.review >= 0 && rule.review <= 1)) std::abort();
  }
  const Policy kept = parse_policy(text, kStoredPolicy, &problems);
  if (!problems.empty() || kept.rules.size() != policy.rules.size()) std::abort();
  return 0;
}
