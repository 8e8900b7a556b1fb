#pragma once

namespace emulation {

/// A place in a kernel's source; device functions take it through default arguments
/// (__builtin_FILE(), __builtin_LINE()), so that it is where the kernel calls them.
struct Site {
  const char* file = "";
  int line = 0;
};

}  // namespace emulation
