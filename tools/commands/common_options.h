#pragma once

#include <string>

#include "core/serialization/stored_type.h"
#include "tools/cli/options.h"

namespace storyteller {

// Headings of --help that several commands have.
inline constexpr const char *kConstraints = "Constraints", *kMachine = "Machine";

/// Help of --model, wherever it need not be given.
inline constexpr const char* kModelHelp =
    "model file; by default STORYTELLER_MODEL, else the one that comes with storyteller";

/// An option for the type of the numbers in a file: f32, f16 or bf16, and what `type` holds at
/// first where it is not given.
void add_type_option(const Options& command, const std::string& name, StoredType& type,
                     const std::string& help);

/// --max-bad of commands that read data sets: the share of MaxBad.
void add_max_bad_option(const Options& command, double& share);

}  // namespace storyteller
