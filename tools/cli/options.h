#pragma once

#include <filesystem>
#include <functional>
#include <iosfwd>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace storyteller {

/// What a command does once the command line is parsed; returns the exit code.
using Command = std::function<int()>;

/// Numbers that an option takes, both ends among them.
struct NumberRange {
  double least = -std::numeric_limits<double>::infinity();
  double most = std::numeric_limits<double>::infinity();
};

/// An option that was declared.
class Option {
 public:
  explicit Option(CLI::Option* option) : option_(option) {}
  void required() const;

 private:
  CLI::Option* option_;
};

/// The options of one command, declared one by one into variables that outlive the parsing; a cheap
/// handle, valid as long as its CommandLine. What a variable holds at first is the default, and is
/// shown in --help. All values are taken as they stand: a file may be called "[a,b]". Refused are
/// an empty value (an unset shell variable) and an option that is given twice where one counts.
class Options {
 public:
  /// A command below this one; one of them must then be given.
  Options command(const std::string& name, const std::string& help) const;
  /// What this command does. Where memory is too short for it, the error ends with memory_advice().
  void runs(Command command) const;
  /// The same options; what is declared through it stands in --help under a heading of its own.
  Options group(const std::string& heading) const;
  /// Text below the options in --help, made when it is asked for.
  void footer(std::function<std::string()> text) const;

  Option flag(const std::string& name, bool& value, const std::string& help) const;
  /// T: std::string or std::filesystem::path.
  template <class T>
  Option text(const std::string& name, T& value, const std::string& help) const;
  /// T: int, int64_t, uint64_t, float or double, or an std::optional of one. Finite numbers only.
  template <class T>
  Option number(const std::string& name, T& value, const std::string& help,
                const NumberRange& range = {}) const;
  /// One of `names`; `take` gets it.
  Option choice(const std::string& name, const std::vector<std::string>& names,
                const std::string& at_first, std::function<void(const std::string&)> take,
                const std::string& help) const;
  /// May be repeated, with one value each time: --set, for example.
  Option repeated(const std::string& name, std::vector<std::string>& values,
                  const std::string& help) const;
  /// One value or several behind each other; with dashes in front of `name` or, as the words that
  /// belong to no option, without. T as for text(). An empty word without dashes is taken, too.
  template <class T>
  Option several(const std::string& name, std::vector<T>& values, const std::string& help) const;

 private:
  friend class CommandLine;
  Options(CLI::App* app, Command* chosen) : app_(app), chosen_(chosen) {}
  Option one(const std::string& name, const std::string& kind, const std::string& at_first,
             std::function<void(const std::string&)> take, const std::string& help) const;

  Option grouped(CLI::Option* option) const;

  CLI::App* app_;
  Command* chosen_;
  std::string group_ = "";  // empty: that of all commands
};

/// The command line of a program.
class CommandLine {
 public:
  /// `version`: what --version prints; without it there is no such option.
  CommandLine(const std::string& program, const std::string& description,
              const std::string& version = "");
  ~CommandLine();
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  Options options() { return {app_.get(), &chosen_}; }
  /// Nothing where the program should go on; 0 where it should end, after --help, --version or
  /// `help` (text on `out`). Throws UsageError with the closest command or option.
  std::optional<int> parse(int argc, const char* const* argv, std::ostream& out);
  /// Runs the command that was chosen.
  int run() const { return chosen_(); }

 private:
  std::unique_ptr<CLI::App> app_;
  Command chosen_;
};

}  // namespace storyteller
