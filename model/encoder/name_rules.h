#pragma once

#include <regex>
#include <string>
#include <vector>

namespace storyteller {

/// A change of names: what `pattern` (ECMAScript) finds becomes `replacement` ($1 for a group).
struct NameRule {
  std::string pattern, replacement;
};

/// Rules from lines `regex -> replacement`; `#` begins a comment. Throws UsageError naming file and
/// line.
std::vector<NameRule> read_name_rules(const std::string& path);

/// The line of such a file that takes `prefix` off: "^encoder_q\. ->".
std::string rule_without(const std::string& prefix);

/// Rules ready for use: all are applied to a name, in order. Throws UsageError where one is no
/// regular expression.
class NameRules {
 public:
  explicit NameRules(const std::vector<NameRule>& rules);
  std::string apply(std::string name) const;

 private:
  std::vector<std::regex> patterns_;
  std::vector<std::string> replacements_;
};

}  // namespace storyteller
