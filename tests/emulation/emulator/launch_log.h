#pragma once

#include <string>

namespace emulation {

/// Remembers that a kernel ran. Where STORYTELLER_EMULATION_LAUNCHED names a file, lines "OFFSET
/// LAUNCHES" are appended to it when the process ends, a line for each kernel: where it begins in
/// the program's file.
void note_launch(const void* function);

/// The kernel's name in the source, without template arguments and namespaces.
std::string name_of(const void* function);

}  // namespace emulation
