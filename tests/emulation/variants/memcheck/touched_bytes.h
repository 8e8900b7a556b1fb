#pragma once

#include <cstdint>

namespace emulation {

/// Bytes of global memory that launches touched, each launch by itself: what must come from memory
/// and go there if nothing that a launch touched before is fetched again. A byte that a launch
/// wrote first and then reads counts as written alone.
struct TouchedBytes {
  int64_t read = 0, written = 0;
  int64_t asked = 0;  ///< by all accesses, what comes out of caches included
};

/// Of the launches since the last time.
TouchedBytes take_touched_bytes();

}  // namespace emulation
