#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace storyteller {

// Numbers that a test and tests/goldens/make_encoder_goldens.py draw by one rule.

inline uint64_t fnv1a(const std::string& text) {
  uint64_t state = 0xCBF29CE484222325U;
  for (char c : text) state = (state ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  return state;
}

inline uint64_t splitmix(uint64_t key, uint64_t index) {
  uint64_t z = key + index * 0x9E3779B97F4A7C15U;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
  return z ^ (z >> 31);
}

/// offset + scale u(name, i).
inline std::vector<float> drawn(const std::string& name, int64_t n, float scale = 1,
                                float offset = 0) {
  const uint64_t key = fnv1a(name);
  std::vector<float> values(static_cast<size_t>(n));
  for (size_t i = 0; i < values.size(); ++i) {
    const float u = static_cast<float>(splitmix(key, i) >> 40) * 0x1p-23F - 1;
    values[i] = offset + scale * u;
  }
  return values;
}

}  // namespace storyteller
