#include "core/config.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "core/did_you_mean.h"
#include "core/system/printable.h"
#include "core/text/ascii.h"
#include "core/text/phrase.h"

namespace storyteller {
namespace {

/// The shortest text that reads back to the same bits.
template <class T>
std::string number_text(T value) {
  std::array<char, 64> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  return {buffer.data(), end};
}

/// All of `text` as one finite number.
template <class T>
bool parse_number(const std::string& text, T& value) {
  const char* begin = text.data();
  const char* end = begin + text.size();
  // from_chars knows no leading '+', which people do type.
  if (text.size() > 1 && *begin == '+' && text[1] != '-') ++begin;
  const auto [stop, error] = std::from_chars(begin, end, value);
  if (error != std::errc() || stop != end) return false;
  if constexpr (std::is_floating_point_v<T>) return std::isfinite(value);
  return true;
}

template <class T>
std::string range_text(const Range<T>& range) {
  const bool low = range.low != Range<T>{}.low;
  const bool high = range.high != Range<T>{}.high;
  if (low && high) return number_text(range.low) + " to " + number_text(range.high);
  if (low) return "at least " + number_text(range.low);
  if (high) return "at most " + number_text(range.high);
  return "";
}

bool parse_bool(const std::string& text, bool& value) {
  for (const char* word : {"true", "on", "yes", "1"}) {
    if (text == word) return value = true;
  }
  for (const char* word : {"false", "off", "no", "0"}) {
    if (text == word) {
      value = false;
      return true;
    }
  }
  return false;
}

}  // namespace

std::string environment_name(const std::string& key) {
  std::string name = "STORYTELLER_";
  for (const char c : key) name += c == '.' ? '_' : upper_case(c);
  return name;
}

std::string_view name_of(Config::Source source) {
  switch (source) {
    case Config::Source::kDefault:
      return "default";
    case Config::Source::kCheckpoint:
      return "checkpoint";
    case Config::Source::kFile:
      return "file";
    case Config::Source::kEnvironment:
      return "environment";
    case Config::Source::kFlag:
      return "flag";
  }
  return "";
}

void Config::add_setting(Setting setting) {
  const bool twice = std::any_of(settings_.begin(), settings_.end(), [&](const Setting& other) {
    return environment_name(other.key) == environment_name(setting.key);
  });
  if (twice) throw InternalError("Config: '" + setting.key + "' declared twice");
  setting.default_value = setting.get();
  settings_.push_back(std::move(setting));
}

template <class T>
void Config::add_number(const std::string& key, T& variable, Range<T> range,
                        const std::string& help) {
  const std::string type = std::is_floating_point_v<T> ? "number" : "integer";
  if (variable < range.low || variable > range.high) {
    throw InternalError("Config: the default of '" + key + "' is out of its own range");
  }
  add_setting({.key = key,
               .kind = Kind::kNumber,
               .type = type,
               .range = range_text(range),
               .help = help,
               .get = [&variable] { return number_text(variable); },
               .set = [&variable, range, type](const std::string& text) -> std::string {
                 T value{};
                 if (!parse_number(text, value)) {
                   return "not " + std::string(type == "integer" ? "an " : "a ") + type +
                          (range_text(range).empty() ? "" : " (" + range_text(range) + ")");
                 }
                 if (value < range.low || value > range.high) {
                   return "out of range (" + range_text(range) + ")";
                 }
                 variable = value;
                 return "";
               }});
}

void Config::add(const std::string& key, int& variable, Range<int> range, const std::string& help) {
  add_number(key, variable, range, help);
}

void Config::add(const std::string& key, std::int64_t& variable, Range<std::int64_t> range,
                 const std::string& help) {
  add_number(key, variable, range, help);
}

void Config::add(const std::string& key, std::uint64_t& variable, Range<std::uint64_t> range,
                 const std::string& help) {
  add_number(key, variable, range, help);
}

void Config::add(const std::string& key, float& variable, Range<float> range,
                 const std::string& help) {
  add_number(key, variable, range, help);
}

void Config::add(const std::string& key, double& variable, Range<double> range,
                 const std::string& help) {
  add_number(key, variable, range, help);
}

void Config::add(const std::string& key, bool& variable, const std::string& help) {
  add_setting({.key = key,
               .kind = Kind::kBool,
               .type = "true or false",
               .range = "",
               .help = help,
               .get = [&variable] { return variable ? "true" : "false"; },
               .set =
                   [&variable](const std::string& text) {
                     return parse_bool(text, variable) ? "" : "not true or false";
                   }});
}

void Config::add(const std::string& key, std::string& variable, const std::string& help) {
  add_setting({.key = key,
               .kind = Kind::kText,
               .type = "text",
               .range = "",
               .help = help,
               .get = [&variable] { return variable; },
               .set =
                   [&variable](const std::string& text) {
                     variable = text;
                     return "";
                   }});
}

void Config::add_choice(const std::string& key, const std::vector<std::string>& names,
                        const std::string& help, std::function<std::size_t()> get,
                        std::function<void(std::size_t)> set) {
  add_setting({.key = key,
               .kind = Kind::kText,
               .type = "one of " + joined(names),
               .range = "",
               .help = help,
               .get = [get = std::move(get), names] { return names[get()]; },
               .set = [set = std::move(set), names](const std::string& text) -> std::string {
                 const auto found = std::find(names.begin(), names.end(), text);
                 if (found == names.end()) {
                   return "not one of " + joined(names) + did_you_mean(text, names);
                 }
                 set(static_cast<std::size_t>(found - names.begin()));
                 return "";
               }});
}

Config::Setting& Config::require(const std::string& key, const std::string& where) {
  std::vector<std::string> keys;
  for (Setting& setting : settings_) {
    if (setting.key == key) return setting;
    keys.push_back(setting.key);
  }
  throw UsageError(where + ": unknown key '" + printable(key) + "'" + did_you_mean(key, keys));
}

// A weaker source is still checked, so that a mistake in a file does not hide behind a flag.
void Config::apply(Setting& setting, const std::string& value, Source source,
                   const std::string& where) {
  const std::string before = setting.get();
  const std::string problem = setting.set(value);
  if (!problem.empty()) {
    throw UsageError(where + ": '" + printable(value) + "' is " + problem + "; " + setting.key +
                     " is: " + setting.help);
  }
  if (source < setting.source) {
    setting.set(before);
  } else {
    setting.source = source;
  }
}

void Config::set(const std::string& key, const std::string& value, Source source,
                 const std::string& where) {
  apply(require(key, where), value, source, where);
}

void Config::assign(std::string_view assignment, const std::string& flag) {
  const std::string where = flag + printable(assignment);
  const std::size_t equals = assignment.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    throw UsageError(where + ": write it as key=value");
  }
  set(std::string(assignment.substr(0, equals)), std::string(assignment.substr(equals + 1)),
      Source::kFlag, where);
}

void Config::load_environment() {
  for (Setting& setting : settings_) {
    const std::string name = environment_name(setting.key);
    const char* value = std::getenv(name.c_str());
    // Set but empty counts as not set: `STORYTELLER_SEED= storyteller ...` takes a value away.
    if (value != nullptr && *value != '\0') apply(setting, value, Source::kEnvironment, name);
  }
}

std::vector<Config::Entry> Config::entries() const {
  std::vector<Entry> entries;
  for (const Setting& setting : settings_) {
    entries.push_back({.key = setting.key,
                       .type = setting.type,
                       .range = setting.range,
                       .default_value = setting.default_value,
                       .value = setting.get(),
                       .help = setting.help,
                       .source = setting.source});
  }
  return entries;
}

}  // namespace storyteller
