#pragma once

#include <cstddef>
#include <string>
#include <vector>

// What the host gives the device, in the order in which it does.
namespace emulation {

enum class CallKind { kKernel, kProduct, kConvolution, kFill, kCopy, kUpload, kDownload, kWait };

struct Call {
  std::string source;  ///< on whose behalf, as the program says
  CallKind kind;
  std::string name;  ///< of a kernel, in the source
  size_t bytes = 0;  ///< of fills and copies
};

/// Calls are kept from now on; `source` tells on whose behalf the calling thread acts.
void keep_calls(const char* (*source)());
/// Those since then, or since the last time; keeps on.
std::vector<Call> take_calls();

/// Called by the runtime and by the stubs of the libraries. `name` is read while calls are kept.
void note_call(CallKind kind, const std::string& name, size_t bytes = 0);
bool calls_are_kept();

}  // namespace emulation
