#pragma once

#include <cstddef>
#include <string>

#include "kernels/cuda/error.h"
#include "tests/emulation/emulator/checker.h"
#include "tests/emulation/emulator/device_heap.h"

namespace emulation {

/// A library that is given a wrong pointer or size reads what it finds there; its stand-in says so.
template <class T>
void demand_operand(const T* p, size_t count, const std::string& name) {
  if (count == 0 || DeviceHeap::instance().holds(p, count * sizeof(T))) return;
  throw storyteller::CudaError(name + ": " + std::to_string(count) +
                               " elements do not lie in one block of device memory");
}

/// Tells memcheck that the library wrote here.
template <class T>
void mark_written(const T* p, size_t count) {
  checker_written(p, count * sizeof(T));
}

}  // namespace emulation
