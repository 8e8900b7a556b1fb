#include "tools/cli/parse.h"

#include <CLI/CLI.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "core/did_you_mean.h"
#include "core/error.h"
#include "tools/cli/exit_code.h"

namespace storyteller {
namespace {

/// The command that was chosen, as deep as it goes.
const CLI::App& chosen(const CLI::App& app) {
  const auto commands = app.get_subcommands();
  return commands.empty() ? app : chosen(*commands.back());
}

/// "--beam" for every option of `app`, "caption" for every command.
std::vector<std::string> names_of(const CLI::App& app, bool options) {
  std::vector<std::string> names;
  if (options) {
    for (const CLI::Option* option : app.get_options()) {
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
    return names;
  }
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(command->get_name());
  }
  return names;
}

std::string unknown(const CLI::App& app, const std::string& word) {
  const CLI::App& command = chosen(app);
  const bool option = word.size() > 1 && word.front() == '-';
  const std::string name = option ? word.substr(0, word.find('=')) : word;
  const std::vector<std::string> names = names_of(command, option);
  const std::string kind = option ? "option" : names.empty() ? "argument" : "command";
  const std::string where = &command == &app ? "" : " of '" + command.get_name() + "'";
  return "unknown " + kind + " '" + name + "'" + where + did_you_mean(name, names);
}

std::string help_hint(const CLI::App& app) {
  const CLI::App& command = chosen(app);
  const std::string words = &command == &app ? "" : " " + command.get_name();
  return " (see storyteller" + words + " --help)";
}

}  // namespace

std::optional<int> parse_command_line(CLI::App& app, int argc, const char* const* argv,
                                      std::ostream& out, std::ostream& err) {
  std::string problem;
  try {
    app.parse(argc, argv);
    return std::nullopt;
  } catch (const CLI::Success& success) {
    app.exit(success, out, err);
    return static_cast<int>(ExitCode::kOk);
  } catch (const CLI::ParseError& error) {
    problem = error.what();
  }
  // An unknown word makes CLI11 complain about whatever it misses first: the word is the mistake.
  const std::vector<std::string> extras = app.remaining(true);
  if (!extras.empty() && extras.front() != "--") problem = unknown(app, extras.front());
  return run_reported([&]() -> int { throw UsageError(problem + help_hint(app)); }, err);
}

}  // namespace storyteller
