#include <algorithm>
#include <filesystem>
#include <ostream>
#include <sstream>
#include <string_view>

#include <CLI/CLI.hpp>

#include "core/error.h"
#include "tools/cli/advice.h"
#include "tools/cli/help_text.h"
#include "tools/cli/literal_word.h"
#include "tools/cli/not_built.h"
#include "tools/cli/options.h"

namespace storyteller {
namespace {

using Words = std::vector<std::string>;

std::vector<CLI::App*> commands_of(CLI::App& app) {
  return app.get_subcommands([](CLI::App*) { return true; });
}

/// Null where `app` has no such command.
CLI::App* command_named(CLI::App& app, const std::string& name) {
  for (CLI::App* command : commands_of(app)) {
    if (command->get_name() == name) return command;
  }
  return nullptr;
}

/// "storyteller data verify".
std::string full_name(CLI::App& app) {
  CLI::App* parent = app.get_parent();
  return (parent == nullptr ? "" : full_name(*parent) + " ") + app.get_name();
}

/// "data verify"; empty for the program itself.
std::string command_name(CLI::App& app) {
  const std::string name = full_name(app);
  const std::size_t blank = name.find(' ');
  return blank == std::string::npos ? "" : name.substr(blank + 1);
}

/// The program, the command that was chosen, the one below it, ...
std::vector<CLI::App*> chosen_commands(CLI::App& app) {
  std::vector<CLI::App*> chosen = {&app};
  while (!chosen.back()->get_subcommands().empty()) {
    chosen.push_back(chosen.back()->get_subcommands().back());
  }
  return chosen;
}

/// "--beam" for every option of `app`.
Words options_of(CLI::App& app) {
  Words names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

bool has_option(CLI::App& app, const std::string& name) {
  const Words names = options_of(app);
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Commands at or below `app` that have the option.
Words commands_with_option(CLI::App& app, const std::string& name) {
  Words found;
  if (has_option(app, name)) found.push_back(full_name(app));
  for (CLI::App* command : commands_of(app)) {
    for (std::string& below : commands_with_option(*command, name)) {
      found.push_back(std::move(below));
    }
  }
  return found;
}

/// Says where an option belongs that `at` does not know but another command does; or "".
std::string right_place(CLI::App& at, const std::vector<CLI::App*>& chosen,
                        const std::string& name) {
  Words places;
  for (CLI::App* command : chosen) {
    if (has_option(*command, name)) places.push_back(full_name(*command));
  }
  if (places.empty()) places = commands_with_option(at, name);
  if (places.empty()) return "";
  return "; it is an option of '" + places.front() + "', and belongs behind that";
}

/// What is wrong with the first word that nobody knows; empty where all are known.
std::string unknown_word(CLI::App& app) {
  const std::vector<CLI::App*> chosen = chosen_commands(app);
  for (CLI::App* at : chosen) {
    const Words extras = at->remaining();
    if (extras.empty()) continue;
    const std::string word = unmarked(extras.front());
    const bool option = word.size() > 1 && word.front() == '-';
    UnknownWord unknown = {
        option ? word.substr(0, word.find('=')) : word, full_name(*at), options_of(*at), {}};
    for (CLI::App* command : commands_of(*at)) unknown.commands.push_back(command->get_name());
    const char* kind = option ? "option" : unknown.commands.empty() ? "argument" : "command";
    const std::string place = option ? right_place(*at, chosen, unknown.word) : "";
    const std::string where = at == &app ? "" : " of '" + command_name(*at) + "'";
    return "unknown " + std::string(kind) + " '" + unknown.word + "'" + where +
           (place.empty() ? advice_on(unknown) : place);
  }
  return "";
}

/// `help` in front of commands, or behind them, is --help of the last.
Words with_help(CLI::App& app, Words words) {
  const bool in_front = !words.empty() && words.front() == "help";
  if (in_front) words.erase(words.begin());
  CLI::App* at = &app;
  std::size_t depth = 0;
  for (; depth < words.size(); ++depth) {
    CLI::App* command = command_named(*at, words[depth]);
    if (command == nullptr) break;
    at = command;
  }
  const bool behind =
      depth + 1 == words.size() && words.back() == "help" && !std::filesystem::exists("help");
  const bool known = depth == words.size() || commands_of(*at).empty();
  if (behind || (in_front && known)) {
    words.resize(depth);
    words.emplace_back("--help");
  }
  return words;
}

UsageError printed_dash(const std::string& word, const std::string& rest) {
  return UsageError("'" + word + "' begins with a dash as in print; write --" + rest);
}

UsageError no_value(const std::string& flag, const std::string& value, bool no) {
  const std::string too = no ? ", and " + flag + " too" : "";
  return UsageError(flag + " takes no value: leave '" + value + "' away" + too);
}

/// Texts on paper and on the web have "--json" with one long dash, which makes it a file's name.
void refuse_printed_dash(const std::string& word) {
  for (const std::string_view dash : {"\u2013", "\u2014", "\u2212"}) {
    if (!word.starts_with(dash) || std::filesystem::exists(word)) continue;
    std::string rest = word.substr(dash.size());
    if (rest.starts_with(dash)) rest.erase(0, dash.size());
    throw printed_dash(word, rest);
  }
}

/// Refuses what CLI11 would take for something else: "--model= a.jpg" and "--json false".
void check_values(CLI::App& app, const Words& words) {
  CLI::App* at = &app;
  for (std::size_t i = 0; i < words.size() && words[i] != "--"; ++i) {
    const std::string& word = words[i];
    if (CLI::App* command = command_named(*at, word)) at = command;
    refuse_printed_dash(word);
    if (!word.starts_with("--")) continue;
    const std::size_t equals = word.find('=');
    const CLI::Option* option = at->get_option_no_throw(word.substr(0, equals));
    if (option == nullptr) continue;
    if (equals + 1 == word.size()) {
      throw UsageError(word.substr(0, equals) + ": the value is empty; is a shell variable unset?");
    }
    if (option->get_items_expected_max() > 0 || i + 1 == words.size()) continue;
    const std::string& next = words[i + 1];
    const bool no = next == "false" || next == "no";
    if ((no || next == "true" || next == "yes") && !std::filesystem::exists(next)) {
      throw no_value(word, next, no);
    }
  }
}

/// The command that words belong to, as far as its name is in front of them.
CLI::App& command_at(CLI::App& app, const Words& words) {
  CLI::App* at = &app;
  for (const std::string& word : words) {
    CLI::App* command = command_named(*at, word);
    if (command == nullptr) break;
    at = command;
  }
  return *at;
}

/// Whether a word such as "-dog" is an argument of this command, which has no options of one dash
/// and several letters: tags to take away, words that must not be there.
bool takes_dashed_words(CLI::App& command) {
  const std::string name = command_name(command);
  return name == "album search" || name == "album tag";
}

bool is_dashed_word(const std::string& word) {
  return word.size() > 2 && word[0] == '-' && word[1] != '-';
}

/// In reverse. Words behind "--" are no options whatever they look like, and CLI11 would give those
/// behind the first to the program itself.
Words as_cli11_wants(CLI::App& app, const Words& words) {
  CLI::App& command = command_at(app, words);
  const bool dashed = takes_dashed_words(command);
  const bool left_out = command.get_description().ends_with(kNotBuilt);
  const auto end_of_options = std::find(words.begin(), words.end(), "--");
  Words reversed;
  for (auto word = words.end(); word != words.begin();) {
    --word;
    if (word == end_of_options) continue;
    const bool anything = left_out && word != words.begin() && *word != "--help";
    const bool literal = word > end_of_options || (dashed && is_dashed_word(*word)) || anything;
    reversed.push_back(literal ? kLiteralMark + *word : marked(*word));
  }
  return reversed;
}

}  // namespace

CommandLine::CommandLine(const std::string& program, const std::string& description,
                         const std::string& version)
    : app_(std::make_unique<CLI::App>(description, program)) {
  if (!version.empty()) app_->set_version_flag("--version", version);
}

CommandLine::~CommandLine() = default;

std::optional<int> CommandLine::parse(int argc, const char* const* argv, std::ostream& out) {
  const Words words = with_help(*app_, {argv + std::min(argc, 1), argv + argc});
  std::string problem;
  try {
    check_values(*app_, words);
    app_->parse(as_cli11_wants(*app_, words));
    return std::nullopt;
  } catch (const CLI::Success& success) {
    std::ostringstream help;
    app_->exit(success, help, help);
    out << wrapped_help(help.str(), help_width());
    return 0;
  } catch (const CLI::ArgumentMismatch& error) {
    const std::string what = error.what();
    problem = what.substr(0, what.find(':')) + " lacks its value";
  } catch (const CLI::ParseError& error) {
    problem = error.what();
  } catch (const UsageError& error) {
    problem = error.what();
  }
  // An unknown word makes CLI11 complain about whatever it misses first: the word is the mistake.
  const std::string unknown = unknown_word(*app_);
  if (!unknown.empty()) problem = unknown;
  throw UsageError(problem + " (see " + full_name(*chosen_commands(*app_).back()) + " --help)");
}

}  // namespace storyteller
