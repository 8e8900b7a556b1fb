#pragma once

#include "tools/cli/options.h"

namespace storyteller {

/// Adds `review` and its commands to the program's; in a program without SQLite one that says so.
void add_review_command(const Options& program);

}  // namespace storyteller
