#pragma once

// Sanitizers bring a runtime, whether the tests' own code is watched or only what they call.
extern "C" {
[[gnu::weak]] void __asan_init();  // NOLINT(bugprone-reserved-identifier)
[[gnu::weak]] void __tsan_init();  // NOLINT(bugprone-reserved-identifier)
}

namespace storyteller {

/// Whether this process runs under AddressSanitizer or ThreadSanitizer, which keep operator new,
/// address space and memory for themselves.
inline bool is_sanitized() { return __asan_init != nullptr || __tsan_init != nullptr; }

}  // namespace storyteller
