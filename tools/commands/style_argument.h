#pragma once

#include <string>

#include "model/ensemble.h"
#include "tools/cli/options.h"

namespace storyteller {

/// --style.
void add_style_option(const Options& command, std::string& style);

/// Makes the models speak a style that they know (model/style_tokens.h). Where none is `given`:
/// `usual`, if they know that one, else their first; or, where they know none, as they do. Throws
/// UsageError for another one that was given. Returns the style that they speak; "": they know
/// none.
std::string speak_style(const std::string& given, const std::string& usual, Ensemble& models);

}  // namespace storyteller
