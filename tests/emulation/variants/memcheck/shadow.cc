#include "tests/emulation/variants/memcheck/shadow.h"

#include <sys/mman.h>

#include <cstdio>
#include <cstdlib>
#include <deque>

#include "tests/emulation/emulator/arena.h"

namespace emulation {
namespace {

Cell* reserve_cells() {
  const size_t cells = static_cast<size_t>(arena().high - arena().low) / kCellBytes;
  void* memory = mmap(nullptr, cells * sizeof(Cell), PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) {
    std::perror("emulation: no address space for memcheck's cells");
    std::abort();
  }
  return static_cast<Cell*>(memory);
}

struct Split {
  History bytes[kCellBytes];
};

/// Histories of split cells; those of memory that was freed are used again.
struct Splits {
  std::deque<Split> all{1};  // 0 means none
  std::deque<uint32_t> unused;
};

Splits& splits() {
  static auto* splits = new Splits;
  return *splits;
}

uint32_t bits(const void* p, const void* end, uintptr_t cell) {
  uint32_t mask = 0;
  for (uintptr_t i = 0; i < kCellBytes; ++i) {
    const uintptr_t byte = cell + i;
    if (byte >= reinterpret_cast<uintptr_t>(p) && byte < reinterpret_cast<uintptr_t>(end)) {
      mask |= 1U << i;
    }
  }
  return mask;
}

}  // namespace

Cell& cell_at(const void* p) {
  static Cell* const cells = reserve_cells();
  return cells[static_cast<size_t>(static_cast<const std::byte*>(p) - arena().low) / kCellBytes];
}

void reset_cells(const void* p, size_t bytes) {
  const auto start = reinterpret_cast<uintptr_t>(p);
  const void* end = static_cast<const std::byte*>(p) + bytes;
  Cell* cell = &cell_at(p);
  for (uintptr_t at = start; at < start + bytes; at += kCellBytes, ++cell) {
    if (cell->split != 0) splits().unused.push_back(cell->split);
    *cell = Cell{};
    cell->allocated = bits(p, end, at);
  }
}

void drop_cells(const void* block, size_t bytes) {
  constexpr size_t kPage = 4096;
  reset_cells(block, bytes);
  const size_t pages = (bytes + kPage - 1) / kPage;
  madvise(&cell_at(block), pages * kPage / kCellBytes * sizeof(Cell), MADV_DONTNEED);
}

void forbid_cells(const void* p, size_t bytes) {
  const auto start = reinterpret_cast<uintptr_t>(p) / kCellBytes * kCellBytes;
  const void* end = static_cast<const std::byte*>(p) + bytes;
  Cell* cell = &cell_at(p);
  for (uintptr_t at = start; at < reinterpret_cast<uintptr_t>(end); at += kCellBytes, ++cell) {
    cell->allocated &= ~bits(p, end, at);
  }
}

void mark_written(const void* p, size_t bytes, bool written) {
  const auto start = reinterpret_cast<uintptr_t>(p) / kCellBytes * kCellBytes;
  const void* end = static_cast<const std::byte*>(p) + bytes;
  Cell* cell = &cell_at(p);
  for (uintptr_t at = start; at < reinterpret_cast<uintptr_t>(end); at += kCellBytes, ++cell) {
    const uint32_t mask = bits(p, end, at);
    cell->written = written ? cell->written | mask : cell->written & ~mask;
  }
}

History& byte_history(Cell& cell, int i) {
  Splits& s = splits();
  if (cell.split == 0) {
    if (s.unused.empty()) {
      cell.split = static_cast<uint32_t>(s.all.size()) & 0xFFFFFFU;
      s.all.emplace_back();
    } else {
      cell.split = s.unused.back() & 0xFFFFFFU;
      s.unused.pop_back();
    }
    for (History& history : s.all[cell.split].bytes) history = cell.history;
  }
  return s.all[cell.split].bytes[i];
}

}  // namespace emulation
