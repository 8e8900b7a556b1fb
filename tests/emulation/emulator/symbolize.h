#pragma once

#include <cstdint>
#include <string>

namespace emulation {

/// Where an address of this program stands in its source, by the debug information: "f at
/// kernels/x.cu:12, called from kernels/x.cu:40". Runs addr2line; only failures and logs ask.
std::string source_of(const void* code);

/// The function that begins there, as the source names it with its template arguments.
std::string function_at(const void* code);

/// Offset into the program's file, which addr2line wants.
uintptr_t offset_of(const void* code);

}  // namespace emulation
