#pragma once

#include <string>

#include "tools/cli/options.h"

namespace storyteller {

/// A command that was left out of the build, for want of a Debian package: it is listed, and
/// whatever it is asked for ends with the exit status of what is missing (8), naming the package.
void add_left_out_command(const Options& program, const std::string& name, const std::string& help,
                          const std::string& package);

}  // namespace storyteller
