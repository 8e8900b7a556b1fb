#include "model/encoder/name_rules.h"

#include <sstream>
#include <string_view>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/text_file.h"

namespace storyteller {
namespace {

// The library's regular expressions recurse with the length of the text; names come from files.
constexpr std::size_t kLongestName = 512;

}  // namespace

std::vector<NameRule> read_name_rules(const std::string& path) {
  std::vector<NameRule> rules;
  std::istringstream text(read_text_file(path));
  std::size_t number = 0;
  for (std::string line; std::getline(text, line);) {
    ++number;
    line.erase(line.find_last_not_of(" \t\r") + 1);
    if (line.empty() || line.front() == '#') continue;
    const std::size_t arrow = line.find(" ->");
    if (arrow == std::string::npos || arrow == 0) {
      throw UsageError(printable(path) + ":" + std::to_string(number) +
                       ": not a rule; write: regex -> replacement");
    }
    std::size_t begin = arrow + 3;
    while (begin < line.size() && line[begin] == ' ') ++begin;
    rules.push_back({line.substr(0, arrow), line.substr(begin)});
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
  for (std::size_t i = 0; i < patterns_.size() && name.size() <= kLongestName; ++i) {
    name = std::regex_replace(name, patterns_[i], replacements_[i]);
  }
  return name;
}

}  // namespace storyteller
