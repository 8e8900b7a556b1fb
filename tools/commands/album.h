#pragma once

#include "tools/cli/options.h"

namespace storyteller {

/// Adds `album` and its commands to the program's; in a program without SQLite one that says so.
void add_album_command(const Options& program);

}  // namespace storyteller
