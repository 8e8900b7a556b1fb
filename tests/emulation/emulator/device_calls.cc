// What device functions call: the running thread's block does the work.
#include <cstdio>
#include <string>

#include "tests/emulation/device/atomics.h"
#include "tests/emulation/device/barrier.h"
#include "tests/emulation/device/shared_array.h"
#include "tests/emulation/device/warp.h"
#include "tests/emulation/emulator/block.h"
#include "tests/emulation/emulator/checker.h"
#include "tests/emulation/emulator/launch.h"

namespace emulation {
namespace {

Block& running() {
  if (current_thread != nullptr) return *current_block;
  std::fputs("emulation: a device function was called outside of a kernel\n", stderr);
  std::abort();
}

}  // namespace

void block_barrier(const char* operation, Site site) { running().barrier(operation, false, site); }
int block_barrier_count(bool predicate, Site site) {
  return running().barrier("__syncthreads_count", predicate, site).count;
}
int block_barrier_and(bool predicate, Site site) {
  return running().barrier("__syncthreads_and", predicate, site).all;
}
int block_barrier_or(bool predicate, Site site) {
  return running().barrier("__syncthreads_or", predicate, site).any;
}

void warp_barrier(unsigned mask, Site site) {
  WarpRequest request;
  request.operation = "__syncwarp";
  request.mask = mask;
  request.site = site;
  running().warp(request);
}

void arrive_at_warp(WarpRequest& request) { running().warp(request); }

int lane_of_thread() {
  running();
  return current_thread->number % kWarpLanes;
}

void fail_kernel(const char* what, Site site, int lane, int detail) {
  Block& block = running();
  block.fail([&] {
    std::string message = block.describe(*current_thread) + ": " + what;
    if (lane >= 0) message += ": lane " + std::to_string(lane) + ",";
    return message + " " + std::to_string(detail) + ", at " + site.file + ":" +
           std::to_string(site.line);
  });
}

void shared_array(const std::byte* start, size_t bytes, size_t taken) {
  Block& block = running();
  const size_t all = shared_memory_bytes(), before = static_cast<size_t>(start - shared_memory());
  if (before + taken > all) {
    block.fail([&] {
      return block.describe(*current_thread) + " takes bytes " + std::to_string(before) + " to " +
             std::to_string(before + taken) + " of shared memory, the launch gave " +
             std::to_string(all);
    });
  }
  checker_shared_array(start, bytes, taken);
}

void atomic_access(const void* at, size_t bytes, const void* caller) {
  running();
  checker_atomic(at, bytes, caller);
}

}  // namespace emulation
