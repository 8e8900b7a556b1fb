#pragma once

#include <string>

namespace emulation {

/// Remembers that a kernel ran. Where STORYTELLER_EMULATION_LAUNCHED names a file, the names of all
/// are appended to it when the process ends.
void note_launch(const void* function);

/// The kernel's name in the source, without template arguments and namespaces.
std::string name_of(const void* function);

}  // namespace emulation
