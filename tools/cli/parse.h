#pragma once

#include <iosfwd>
#include <optional>

namespace CLI {
class App;
}

namespace storyteller {

/// Parses the command line into `app`. Nothing where the program should go on; else the exit code
/// to leave with: 0 after --help or --version (text on `out`), 2 after a mistake (one line on
/// `err`, with the closest command or option). CLI11's own codes (105 and more) never show.
std::optional<int> parse_command_line(CLI::App& app, int argc, const char* const* argv,
                                      std::ostream& out, std::ostream& err);

}  // namespace storyteller
