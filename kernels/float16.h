#pragma once

#include <cstdint>

namespace storyteller {

/// Storage of IEEE 754 binary16, in which feature caches are kept. Nothing computes with it.
struct float16 {
  uint16_t bits = 0;
};

}  // namespace storyteller
