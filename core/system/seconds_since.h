#pragma once

#include <chrono>

namespace storyteller {

/// Of the clock that never goes back.
inline double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace storyteller
