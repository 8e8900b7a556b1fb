// Finds what memory access of kernels is wrong: outside of any block, freed, never written, the
// host's, or in a race with another thread's.
#include "tests/emulation/variants/memcheck/memcheck.h"

#include <link.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "tests/emulation/device/variables.h"
#include "tests/emulation/emulator/arena.h"
#include "tests/emulation/emulator/block.h"
#include "tests/emulation/emulator/checker.h"
#include "tests/emulation/emulator/symbolize.h"
#include "tests/emulation/variants/memcheck/clock.h"
#include "tests/emulation/variants/memcheck/shadow.h"
#include "tests/emulation/variants/memcheck/touched_bytes.h"

namespace emulation {
namespace {

struct Range {
  uintptr_t low = 0, high = 0;
  bool holds(const void* p, size_t bytes) const {
    const auto address = reinterpret_cast<uintptr_t>(p);
    return address >= low && address + bytes <= high;
  }
};

Range range_of(const void* p, size_t bytes) {
  const auto address = reinterpret_cast<uintptr_t>(p);
  return {address, address + bytes};
}

/// Where this program lies in memory, with its constants.
Range find_image() {
  Range image;
  dl_iterate_phdr(
      [](dl_phdr_info* info, size_t, void* result) {
        auto& range = *static_cast<Range*>(result);
        for (int i = 0; i < info->dlpi_phnum; ++i) {
          if (info->dlpi_phdr[i].p_type != PT_LOAD) continue;
          const uintptr_t low = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
          if (range.high == 0) range.low = low;
          range.high = std::max<uintptr_t>(range.high, low + info->dlpi_phdr[i].p_memsz);
        }
        return 1;  // the first one is the program
      },
      &image);
  return image;
}

struct State {
  Clock clock;
  Range image = find_image(), arguments, shared;
  std::map<uintptr_t, std::pair<size_t, bool>> blocks;  // start -> bytes, freed
  uint32_t launch = 0;
  TouchedBytes touched;
};

State& state() {
  static auto* state = new State;
  return *state;
}

const char* verb(AccessKind kind) {
  return kind == AccessKind::kRead ? "reads" : kind == AccessKind::kWrite ? "writes" : "updates";
}

/// "byte 64 of a block of 64 bytes of device memory", "byte 8 of 16 of shared memory"
std::string place(const void* p) {
  const auto address = reinterpret_cast<uintptr_t>(p);
  const Range& shared = state().shared;
  const auto bytes = [](intptr_t n) { return std::to_string(n); };
  if (shared.low != 0 && address + 1024 > shared.low && address < shared.high + 1024) {
    return "byte " + bytes(static_cast<intptr_t>(address - shared.low)) + " of the " +
           bytes(static_cast<intptr_t>(shared.high - shared.low)) + " bytes of shared memory";
  }
  const auto& blocks = state().blocks;
  auto next = blocks.upper_bound(address);
  if (next != blocks.begin()) {
    const auto& [start, block] = *std::prev(next);
    return "byte " + bytes(static_cast<intptr_t>(address - start)) + " of a block of " +
           bytes(static_cast<intptr_t>(block.first)) + " bytes of device memory" +
           (block.second ? ", which was freed" : "");
  }
  return "an address before all device memory";
}

std::string describe_thread(uint32_t who) {
  const uint32_t block = Clock::block_of(who);
  const uint3 index = {block % gridDim.x, block / gridDim.x % gridDim.y,
                       block / gridDim.x / gridDim.y};
  const uint3 thread = current_block->thread(Clock::thread_of(who)).index;
  const auto text = [](uint3 i) {
    return "(" + std::to_string(i.x) + "," + std::to_string(i.y) + "," + std::to_string(i.z) + ")";
  };
  return "thread " + text(thread) + " of block " + text(index);
}

struct Judgement {
  const void* p;
  size_t bytes;
  AccessKind kind;
  const void* caller;
  int thread;
  Access access;

  [[noreturn]] void fail(const char* what, const Access* other = nullptr,
                         bool other_wrote = false) const {
    current_block->fail([&] {
      std::string message = std::string(what) + ": " + describe_thread(access.who) + " " +
                            verb(kind) + " " + std::to_string(bytes) + " bytes at " + place(p) +
                            ", at " + source_of(static_cast<const std::byte*>(caller) - 1);
      if (other != nullptr) {
        const uintptr_t code = (other->code & ~Access::kAtomic) + state().image.low - 1;
        message += "; " + describe_thread(other->who) + (other_wrote ? " wrote" : " read") +
                   " there at " + source_of(reinterpret_cast<const void*>(code)) +
                   ", and nothing orders the two";
      }
      return message;
    });
  }

  void judge(History& history) const {
    const Clock& clock = state().clock;
    const bool writes = kind != AccessKind::kRead;
    if (clock.unordered(history.write, thread) &&
        !(kind == AccessKind::kAtomic && history.write.atomic())) {
      fail("race", &history.write, true);
    }
    if (!writes) {
      const bool first =
          history.read[0].who == access.who || !clock.unordered(history.read[0], thread);
      history.read[first ? 0 : 1] = access;
      return;
    }
    for (const Access& read : history.read) {
      if (clock.unordered(read, thread) && !(kind == AccessKind::kAtomic && read.atomic())) {
        fail("race", &read, false);
      }
    }
    history.write = access;
  }

  /// The bytes of `mask` in one cell.
  void judge(Cell& cell, uint32_t mask) const {
    if ((cell.allocated & mask) != mask) {
      fail(in_freed_block() ? "use after free" : "out of bounds");
    }
    if (kind != AccessKind::kWrite && (cell.written & mask) != mask) {
      fail("read of memory that was never written");
    }
    if (mask == 0xFU && cell.split == 0) {
      judge(cell.history);
    } else {
      for (int i = 0; i < static_cast<int>(kCellBytes); ++i) {
        if ((mask >> i & 1U) != 0) judge(byte_history(cell, i));
      }
    }
    if (kind != AccessKind::kRead) cell.written |= mask;
  }

  void count(Cell& cell, uint32_t mask) const {
    constexpr uint32_t kLaunches = 1U << 24;
    State& s = state();
    if (s.shared.holds(p, bytes)) return;
    if (cell.launch != s.launch % kLaunches) {
      cell.launch = s.launch % kLaunches;
      cell.read_here = cell.written_here = 0;
    }
    s.touched.asked += std::popcount(mask);
    if (kind != AccessKind::kWrite) {
      s.touched.read += std::popcount(mask & ~(cell.read_here | cell.written_here));
      cell.read_here |= mask;
    }
    if (kind != AccessKind::kRead) {
      s.touched.written += std::popcount(mask & ~cell.written_here);
      cell.written_here |= mask;
    }
  }

  bool in_freed_block() const {
    const auto& blocks = state().blocks;
    const auto address = reinterpret_cast<uintptr_t>(p);
    auto next = blocks.upper_bound(address);
    return next != blocks.begin() && (--next)->second.second &&
           address < next->first + next->second.first;
  }
};

}  // namespace

void judge(const void* p, size_t bytes, AccessKind kind, const void* caller) {
  Thread* thread = current_thread;
  if (thread == nullptr || !thread->checked || thread->context.stack.holds(p)) return;
  State& s = state();
  const uintptr_t code = reinterpret_cast<uintptr_t>(caller) - s.image.low;
  const Judgement judgement{
      p,
      bytes,
      kind,
      caller,
      thread->number,
      {s.clock.who(thread->number), s.clock.now(),
       static_cast<uint32_t>(code) | (kind == AccessKind::kAtomic ? Access::kAtomic : 0)}};
  if (!arena().holds(p)) {
    const bool constant = kind == AccessKind::kRead && s.image.holds(p, bytes);
    const Range variables = range_of(&threadIdx, sizeof threadIdx);
    const bool builtin = variables.holds(p, bytes) ||
                         range_of(&blockIdx, sizeof blockIdx).holds(p, bytes) ||
                         range_of(&blockDim, sizeof blockDim).holds(p, bytes) ||
                         range_of(&gridDim, sizeof gridDim).holds(p, bytes);
    if (constant || builtin || s.arguments.holds(p, bytes)) return;
    judgement.fail(reinterpret_cast<uintptr_t>(p) < 4096 ? "null pointer"
                                                         : "pointer to the host's memory");
  }
  const auto start = reinterpret_cast<uintptr_t>(p);
  uintptr_t cell_start = start / kCellBytes * kCellBytes;
  Cell* cell = &cell_at(p);
  for (; cell_start < start + bytes; cell_start += kCellBytes, ++cell) {
    uint32_t mask = 0xFU;
    if (start > cell_start) mask &= 0xFU << (start - cell_start);
    if (start + bytes < cell_start + kCellBytes) {
      mask &= 0xFU >> (cell_start + kCellBytes - start - bytes);
    }
    judgement.judge(*cell, mask);
    judgement.count(*cell, mask);
  }
}

TouchedBytes take_touched_bytes() { return std::exchange(state().touched, {}); }

void checker_allocated(const void* block, size_t bytes) {
  reset_cells(block, bytes);
  auto& blocks = state().blocks;
  const auto start = reinterpret_cast<uintptr_t>(block);
  auto stale = blocks.lower_bound(start);  // freed blocks whose addresses are used again
  while (stale != blocks.end() && stale->first < start + bytes) stale = blocks.erase(stale);
  blocks[start] = {bytes, false};
}

void checker_released(const void* block, size_t bytes) {
  drop_cells(block, bytes);
  state().blocks[reinterpret_cast<uintptr_t>(block)].second = true;
}

void checker_written(const void* to, size_t bytes) { mark_written(to, bytes, true); }

void checker_copied(const void* to, const void* from, size_t bytes) {
  const auto* target = static_cast<const std::byte*>(to);
  const auto* source = static_cast<const std::byte*>(from);
  for (size_t i = 0; i < bytes; ++i) {
    const auto shift = reinterpret_cast<uintptr_t>(source + i) % kCellBytes;
    mark_written(target + i, 1, (cell_at(source + i).written >> shift & 1U) != 0);
  }
}

void checker_launch_begins(const void* arguments, size_t bytes) {
  state().clock.launch_begins();
  ++state().launch;
  state().arguments = range_of(arguments, bytes);
}

void checker_block_begins(const void* shared, size_t bytes) {
  state().shared = range_of(shared, bytes);
  if (bytes > 0) reset_cells(shared, bytes);
  state().clock.block_begins((blockIdx.z * gridDim.y + blockIdx.y) * gridDim.x + blockIdx.x,
                             static_cast<int>(blockDim.x * blockDim.y * blockDim.z));
}

void checker_block_ends(const void*, size_t) {}

void checker_shared_array(const void* start, size_t bytes, size_t taken) {
  forbid_cells(static_cast<const std::byte*>(start) + bytes, taken - bytes);
}

void checker_block_barrier() { state().clock.block_barrier(); }
void checker_warp_barrier(int warp, unsigned mask) { state().clock.warp_barrier(warp, mask); }

void checker_atomic(const void* at, size_t bytes, const void* caller) {
  judge(at, bytes, AccessKind::kAtomic, caller);
}

}  // namespace emulation
