#pragma once

#include <filesystem>

namespace storyteller {

/// The running program's file; empty where the system does not tell.
std::filesystem::path program_file();

}  // namespace storyteller
