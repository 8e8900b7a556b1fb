#include "model/encoder/name_rules.h"

#include <algorithm>
#include <string_view>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/line_reader.h"

namespace storyteller {
namespace {

// The library's regular expressions recurse with the length of the text; names come from files.
constexpr std::size_t kLongestMatched = 512;

}  // namespace

std::vector<NameRule> read_name_rules(const std::string& path) {
  std::vector<NameRule> rules;
  LineReader lines(path);
  for (std::string_view line; lines.next(&line);) {
    line = line.substr(0, line.find_last_not_of(" \t") + 1);
    if (line.empty() || line.front() == '#') continue;
    const std::size_t arrow = line.find(" ->");
    if (arrow == std::string_view::npos || arrow == 0) {
      throw UsageError(lines.place() + ": not a rule; write: regex -> replacement");
    }
    const std::size_t begin = std::min(line.find_first_not_of(' ', arrow + 3), line.size());
    rules.push_back({std::string(line.substr(0, arrow)), std::string(line.substr(begin))});
  }
  return rules;
}

std::string rule_without(const std::string& prefix) {
  constexpr std::string_view kSpecial = ".[](){}*+?^$|\\";
  std::string rule = "^";
  for (const char c : prefix) {
    if (kSpecial.find(c) != std::string_view::npos) rule += '\\';
    rule += c;
  }
  return printable(rule) + " ->";
}

NameRules::NameRules(const std::vector<NameRule>& rules) {
  for (const NameRule& rule : rules) {
    try {
      patterns_.emplace_back(rule.pattern);
    } catch (const std::regex_error& error) {
      throw UsageError("the rule '" + printable(rule.pattern) +
                       "' is no regular expression: " + printable(error.what()));
    }
    replacements_.push_back(rule.replacement);
  }
}

std::string NameRules::apply(std::string name) const {
  for (std::size_t i = 0; i < patterns_.size() && name.size() <= kLongestMatched; ++i) {
    name = std::regex_replace(name, patterns_[i], replacements_[i]);
  }
  return name;
}

}  // namespace storyteller
