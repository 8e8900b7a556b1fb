#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <driver_types.h>

namespace emulation {

/// A device that the runtime shows.
struct ShownDevice {
  int major = 9, minor = 0;           ///< compute capability
  cudaError_t kernels = cudaSuccess;  ///< what loading a kernel answers
};

/// The machine that the runtime shows: one device of capability 9.0, unless a test or the variable
/// STORYTELLER_EMULATION_MACHINE scripts another, in words between spaces:
///   DEVICES=7.5,9.0         capabilities of the devices; DEVICES= for none
///   KERNELS=222,0           what loading a kernel answers on each, as CUDA's number of the error
///   DRIVER=12040            the CUDA version of the driver; 0 for no driver
///   FAIL=cudaMalloc:17:2    the 17th call from now on fails with error 2 (the default); more such
///                           between commas; 0 for every call
/// Throws std::invalid_argument for any other word.
void script_machine(const std::string& script);

/// The devices shown.
const std::vector<ShownDevice>& shown_devices();
int shown_driver();

/// That of the calling thread.
int current_device();
const ShownDevice& current_shown_device();

/// Dynamic shared memory that a block of it can be given, opted in.
size_t shared_memory_limit(const ShownDevice& device);

/// What the script says that this call of `function` answers; counts the calls. Every function of
/// the runtime that can fail begins with it.
cudaError_t scripted(const char* function);

}  // namespace emulation
