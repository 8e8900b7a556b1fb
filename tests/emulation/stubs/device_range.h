#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include <driver_types.h>

namespace stubs {

/// Bytes of device memory that a call names.
struct DeviceRange {
  const void* start;
  size_t bytes;
  const char* name;
};

/// Demands that the range lies in one block of device memory.
void demand_on_device(const DeviceRange& range);
/// Demands that no byte is in both; an empty range overlaps nothing.
void demand_apart(const DeviceRange& a, const DeviceRange& b);
/// Demands a stream of its own, not the one that all share.
void demand_stream(cudaStream_t stream);

/// At least what was promised, as a workspace has to be: on the device, 256-byte aligned.
struct Workspace {
  void* start;
  size_t bytes;
};
DeviceRange demand_workspace(const Workspace& given, size_t promised);

/// The greatest power of two up to 16 that divides the address.
uint32_t alignment_of(const void* p);

/// Fills with NaN bytes what is about to be written.
void poison(void* start, size_t bytes);

}  // namespace stubs
