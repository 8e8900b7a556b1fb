#include "tests/emulation/emulator/block.h"

#include <bit>
#include <cstdio>
#include <cstring>
#include <map>
#include <tuple>

#include "tests/emulation/device/variables.h"
#include "tests/emulation/emulator/checker.h"

thread_local constinit uint3 threadIdx = {};
thread_local constinit uint3 blockIdx = {};
thread_local constinit dim3 blockDim;
thread_local constinit dim3 gridDim;

namespace emulation {

thread_local constinit Thread* current_thread = nullptr;
thread_local constinit Block* current_block = nullptr;

namespace {

std::string text(uint3 i) {
  return "(" + std::to_string(i.x) + "," + std::to_string(i.y) + "," + std::to_string(i.z) + ")";
}

bool same(const char* a, const char* b) { return a == b || std::strcmp(a, b) == 0; }
bool same_place(Site a, Site b) { return a.line == b.line && same(a.file, b.file); }

/// The emulator's own accesses are none of the kernel's.
class Unchecked {
 public:
  explicit Unchecked(Thread& thread) : thread_(thread) { thread_.checked = false; }
  ~Unchecked() { thread_.checked = true; }
  Unchecked(const Unchecked&) = delete;
  Unchecked& operator=(const Unchecked&) = delete;

 private:
  Thread& thread_;
};

}  // namespace

std::string Block::describe(const Thread& thread) const {
  return "thread " + text(thread.index) + " of block " + text(blockIdx);
}

unsigned Block::lanes_of(int warp) const {
  const int lanes = threads() - warp * kWarpLanes;
  return lanes >= kWarpLanes ? ~0U : (1U << lanes) - 1U;
}

std::string Block::run(dim3 shape, void (*body)(const void*), const void* argument) {
  body_ = body;
  argument_ = argument;
  threads_.resize(size_t{shape.x} * shape.y * shape.z);
  arrived_ = finished_ = 0;
  sums_ = {};
  failure_.clear();
  int number = 0;
  for (unsigned z = 0; z < shape.z; ++z) {
    for (unsigned y = 0; y < shape.y; ++y) {
      for (unsigned x = 0; x < shape.x; ++x) {
        Thread& thread = threads_[static_cast<size_t>(number)];
        thread.state = Thread::State::kFresh;
        thread.checked = true;
        thread.number = number++;
        thread.index = {x, y, z};
      }
    }
  }
  current_block = this;
  const int warps = (threads() + kWarpLanes - 1) / kWarpLanes;
  warps_.assign(static_cast<size_t>(warps), {});
  while (finished_ < threads() && failure_.empty()) {
    bool any = false;
    for (const int warp : order_.round(warps, warp_places_)) {
      any = run_warp(warp) || any;
      if (!failure_.empty()) break;
    }
    if (!any && failure_.empty()) {
      failure_ = "divergence in block " + text(blockIdx) + ", no thread can go on:" + waits();
    }
  }
  current_block = nullptr;
  if (!failure_.empty()) {  // threads that wait never go on: their stacks are free
    for (Thread& thread : threads_) {
      if (thread.state != Thread::State::kFresh && thread.state != Thread::State::kFinished) {
        stacks_.give_back(thread.context.stack);
      }
    }
  }
  return failure_;
}

bool Block::run_warp(int warp) {
  const int first = warp * kWarpLanes, lanes = std::min(kWarpLanes, threads() - first);
  bool any = false;
  for (bool again = true; again;) {
    again = false;
    // The last warp may be shorter: places beyond it are left out.
    for (const int lane : order_.round(kWarpLanes, lane_places_)) {
      if (lane >= lanes) continue;
      Thread& thread = threads_[static_cast<size_t>(first + lane)];
      if (thread.state > Thread::State::kReady) continue;
      resume(thread);
      if (!failure_.empty()) return true;
      again = any = true;
    }
  }
  return any;
}

void Block::resume(Thread& thread) {
  if (thread.state == Thread::State::kFresh) prepare(thread.context, stacks_.take(), enter);
  thread.state = Thread::State::kReady;
  current_thread = &thread;
  threadIdx = thread.index;
  switch_context(host_, thread.context);
  current_thread = nullptr;
  if (thread.state == Thread::State::kFinished) stacks_.give_back(thread.context.stack);
}

void Block::enter() {
  Block& block = *current_block;
  arrive_in_fiber(block.host_);
  block.body_(block.argument_);
  Thread& thread = *current_thread;
  thread.checked = false;
  thread.state = Thread::State::kFinished;
  block.warps_[static_cast<size_t>(thread.number / kWarpLanes)].finished |=
      1U << thread.number % kWarpLanes;
  ++block.finished_;
  leave_context(thread.context, block.host_);
  std::abort();  // a thread that ended was resumed
}

void Block::wait(Thread& thread, Thread::State state) {
  thread.state = state;
  switch_context(thread.context, host_);
}

void Block::leave_failed() {
  leave_context(current_thread->context, host_);
  std::abort();  // a thread that failed was resumed
}

BarrierSums Block::barrier(const char* operation, bool predicate, Site site) {
  Thread& thread = *current_thread;
  const Unchecked unchecked(thread);
  thread.operation = operation;
  thread.site = site;
  thread.request = nullptr;
  sums_.count += predicate ? 1 : 0;
  sums_.all &= predicate ? 1 : 0;
  sums_.any |= predicate ? 1 : 0;
  thread.state = Thread::State::kAtBarrier;
  if (++arrived_ < threads()) {
    wait(thread, Thread::State::kAtBarrier);
  } else {
    release_barrier();
  }
  return released_;
}

void Block::release_barrier() {
  const Thread& first = threads_[0];
  for (const Thread& thread : threads_) {
    if (!same_place(thread.site, first.site) || !same(thread.operation, first.operation)) {
      fail([&] {
        return "divergence: threads of block " + text(blockIdx) +
               " met at different barriers:" + waits();
      });
    }
  }
  for (Thread& thread : threads_) thread.state = Thread::State::kReady;
  arrived_ = 0;
  released_ = sums_;
  sums_ = {};
  checker_block_barrier();
}

void Block::warp(WarpRequest& request) {
  Thread& thread = *current_thread;
  const Unchecked unchecked(thread);
  const int lane = thread.number % kWarpLanes, warp = thread.number / kWarpLanes;
  LaneStates& lanes = warps_[static_cast<size_t>(warp)];
  thread.operation = request.operation;
  thread.site = request.site;
  thread.request = &request;
  const auto where = [&] {
    char mask[16];
    std::snprintf(mask, sizeof mask, "%08x", request.mask);
    return std::string(request.operation) + " at " + request.site.file + ":" +
           std::to_string(request.site.line) + ", mask 0x" + mask;
  };
  if ((request.mask >> lane & 1U) == 0) {
    fail([&] {
      return describe(thread) + ", lane " + std::to_string(lane) +
             ", calls a warp operation without being in its mask: " + where();
    });
  }
  if ((request.mask & ~lanes_of(warp)) != 0) {
    fail([&] {
      return describe(thread) + ": the mask names lanes that the block does not have: " + where();
    });
  }
  if ((request.mask & lanes.finished) != 0) {
    fail([&] {
      return describe(thread) + ": the mask names lane " +
             std::to_string(std::countr_zero(request.mask & lanes.finished)) +
             ", which has ended: " + where();
    });
  }
  lanes.in_warp_operation |= 1U << lane;
  thread.state = Thread::State::kAtWarp;
  if (all_lanes_wait(request, warp)) {
    complete(request, warp);
  } else {
    wait(thread, Thread::State::kAtWarp);
  }
}

bool Block::all_lanes_wait(const WarpRequest& request, int warp) const {
  if ((request.mask & ~warps_[static_cast<size_t>(warp)].in_warp_operation) != 0) return false;
  for (int lane = 0; lane < kWarpLanes; ++lane) {
    if ((request.mask >> lane & 1U) == 0) continue;
    if (thread(warp * kWarpLanes + lane).request->mask != request.mask) return false;
  }
  return true;
}

void Block::complete(WarpRequest& request, int warp) {
  WarpCall call;
  call.mask = request.mask;
  for (int lane = 0; lane < kWarpLanes; ++lane) {
    if ((request.mask >> lane & 1U) == 0) continue;
    const WarpRequest& other = *thread(warp * kWarpLanes + lane).request;
    if (!same(other.operation, request.operation) || !same_place(other.site, request.site)) {
      fail([&] {
        return "divergence: lanes of one warp of block " + text(blockIdx) +
               " are in different operations with the same mask:" + waits();
      });
    }
    call.argument[lane] = other.argument;
    call.result[lane] = other.result;
  }
  if (request.finish != nullptr) {
    request.finish(call);
  } else {
    checker_warp_barrier(warp, request.mask);
  }
  warps_[static_cast<size_t>(warp)].in_warp_operation &= ~request.mask;
  for (int lane = 0; lane < kWarpLanes; ++lane) {
    if ((request.mask >> lane & 1U) == 0) continue;
    threads_[static_cast<size_t>(warp * kWarpLanes + lane)].state = Thread::State::kReady;
  }
}

std::string Block::waits() const {
  // Equal waits are told in one line, in the order of the first thread of each.
  using Wait = std::tuple<std::string, std::string, int, unsigned>;
  std::map<Wait, std::vector<int>> waits;
  for (const Thread& thread : threads_) {
    if (thread.state == Thread::State::kFinished) {
      waits[{"have ended", "", 0, 0}].push_back(thread.number);
    } else if (thread.state > Thread::State::kReady) {
      waits[{std::string("wait in ") + thread.operation, thread.site.file, thread.site.line,
             thread.request != nullptr ? thread.request->mask : 0}]
          .push_back(thread.number);
    }
  }
  std::string list;
  for (const auto& [wait, numbers] : waits) {
    const auto& [what, file, line, mask] = wait;
    list += "\n  " + std::to_string(numbers.size()) + " threads (";
    for (size_t i = 0; i < numbers.size() && i < 6; ++i) {
      list += (i > 0 ? " " : "") + std::to_string(numbers[i]);
    }
    list += numbers.size() > 6 ? " ...) " : ") ";
    list += what;
    if (!file.empty()) list += " at " + file + ":" + std::to_string(line);
    if (mask != 0) {
      char digits[32];
      std::snprintf(digits, sizeof digits, ", mask 0x%08x", mask);
      list += digits;
    }
  }
  return list;
}

}  // namespace emulation
