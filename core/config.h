#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/error.h"

namespace storyteller {

/// Closed interval of the values that a number may take.
template <class T>
struct Range {
  T low = std::numeric_limits<T>::lowest();
  T high = std::numeric_limits<T>::max();
};

/// Typed settings in one table: each key is declared with the variable that it sets, whose value at
/// that moment is the default.
///
///   Config config;
///   config.add("batch_size", options.batch_size, {1, 4096}, "captions per step");
///   config.add("optimizer", options.optimizer, {{"sgd", kSgd}, {"adam", kAdam}}, "update rule");
///   config.load_file("run.json");
///   config.load_environment();
///   config.assign("batch_size=32", "--set ");
///
/// A value comes from the strongest source that gives one, in whatever order the calls are made:
/// flag, environment (STORYTELLER_BATCH_SIZE), file, checkpoint, default. Unknown keys, values of
/// the wrong type and values out of range are `UsageError`s that name the place and what is
/// allowed; the variable is then unchanged.
///
/// The variables must outlive the object and stay where they are.
class Config {
 public:
  enum class Source { kDefault, kCheckpoint, kFile, kEnvironment, kFlag };

  Config() = default;
  Config(const Config&) = delete;
  Config& operator=(const Config&) = delete;

  /// Keys are lower_snake_case; a dot groups ("adam.beta1").
  void add(const std::string& key, int& variable, Range<int> range, const std::string& help);
  void add(const std::string& key, std::int64_t& variable, Range<std::int64_t> range,
           const std::string& help);
  void add(const std::string& key, std::uint64_t& variable, Range<std::uint64_t> range,
           const std::string& help);
  /// Finite numbers only.
  void add(const std::string& key, float& variable, Range<float> range, const std::string& help);
  void add(const std::string& key, double& variable, Range<double> range, const std::string& help);
  /// true/false, on/off, yes/no, 1/0 on the command line; true and false in JSON.
  void add(const std::string& key, bool& variable, const std::string& help);
  void add(const std::string& key, std::string& variable, const std::string& help);
  /// One of named values.
  template <class Enum>
  requires std::is_enum_v<Enum>
  void add(const std::string& key, Enum& variable,
           std::vector<std::pair<std::string, Enum>> choices, const std::string& help);

  /// "key=value". `flag` goes before it in messages: "--set ".
  void assign(std::string_view assignment, const std::string& flag = "");
  /// `value` as it would be typed; `where` names the place in messages.
  void set(const std::string& key, const std::string& value, Source source,
           const std::string& where);
  /// environment_name() of every declared key. Others are not looked at.
  void load_environment();
  /// A JSON object {key: value}; {"adam": {"beta1": 0.9}} is "adam.beta1". A file that is missing
  /// or no such object is a `UsageError`.
  void load_file(const std::filesystem::path& path);
  /// The same from text, e.g. what a checkpoint kept; `where` names it in messages.
  void load_json(const std::string& text, Source source, const std::string& where);

  /// The settings in force: a JSON object, one key per line, as declared; `load_json` reads it back
  /// to the same bits. Without those named in `left_out`.
  std::string to_json(std::span<const std::string> left_out = {}) const;

  struct Entry {
    std::string key;
    std::string type;           ///< "integer", "number", "true or false", "text", "one of a, b"
    std::string range;          ///< "1 to 4096", "at least 0", "" = any
    std::string default_value;  ///< as it would be typed
    std::string value;
    std::string help;
    Source source;
  };
  /// As declared; for --help and for reports.
  std::vector<Entry> entries() const;

 private:
  enum class Kind { kNumber, kBool, kText };  ///< how JSON writes it

  /// One declared key, its type folded into two functions.
  struct Setting {
    std::string key;
    Kind kind;
    std::string type;
    std::string range;
    std::string help;
    std::function<std::string()> get;
    /// Parses and stores; "" or what is wrong with the text.
    std::function<std::string(const std::string&)> set;
    std::string default_value = "";
    Source source = Source::kDefault;
  };

  template <class T>
  void add_number(const std::string& key, T& variable, Range<T> range, const std::string& help);
  void add_setting(Setting setting);
  void add_choice(const std::string& key, const std::vector<std::string>& names,
                  const std::string& help, std::function<std::size_t()> get,
                  std::function<void(std::size_t)> set);
  Setting& require(const std::string& key, const std::string& where);
  static void apply(Setting& setting, const std::string& value, Source source,
                    const std::string& where);

  std::vector<Setting> settings_;
};

/// The variable that gives a key its value: STORYTELLER_<KEY>, capitals, '.' as '_'.
std::string environment_name(const std::string& key);

/// Where a value came from, for reports: "flag", "environment", "file", "checkpoint", "default".
std::string_view name_of(Config::Source source);

template <class Enum>
requires std::is_enum_v<Enum>
void Config::add(const std::string& key, Enum& variable,
                 std::vector<std::pair<std::string, Enum>> choices, const std::string& help) {
  std::vector<std::string> names;
  std::vector<Enum> values;
  for (auto& [name, value] : choices) {
    names.push_back(std::move(name));
    values.push_back(value);
  }
  add_choice(
      key, names, help,
      [&variable, values, key] {
        for (std::size_t i = 0; i < values.size(); ++i) {
          if (values[i] == variable) return i;
        }
        throw InternalError("Config: '" + key + "' holds a value without a name");
      },
      [&variable, values](std::size_t index) { variable = values[index]; });
}

}  // namespace storyteller
