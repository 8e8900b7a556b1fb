#pragma once

#include <cstddef>
#include <cstdint>

// What a test finds in each stub library beside NVIDIA's functions, by dlsym.
extern "C" {

/// How often the function was called since the library was loaded.
uint64_t stub_calls(const char* function);

/// Writes the reports since the last call of this function, a line each, and forgets them: a test
/// that provoked them takes them this way. Returns how many there were.
size_t stub_violations(char* lines, size_t bytes);
}
