#pragma once

#include <cstddef>
#include <cstdint>

namespace emulation {

/// Who accessed memory last, when, and from which instruction.
struct Access {
  static constexpr uint32_t kAtomic = 1U << 31;
  uint32_t who = 0;   ///< block * 1024 + thread
  uint32_t when = 0;  ///< the clock's value; 0: nobody yet
  uint32_t code = 0;  ///< offset of the instruction in the program; kAtomic

  bool atomic() const { return (code & kAtomic) != 0; }
};

/// The last write, and the last reads of two different threads: a third reader replaces one of
/// them, so that whoever writes finds another's read if there was one.
struct History {
  Access write;
  Access read[2];
};

/// What memcheck knows of 4 bytes of device memory. Arrays of smaller elements have a history for
/// each byte, as their neighbours belong to different threads.
struct Cell {
  History history;
  uint32_t allocated : 4;  ///< a bit for each byte
  uint32_t written : 4;
  uint32_t split : 24;  ///< index of the four histories, if not 0
  // For TouchedBytes.
  uint32_t read_here : 4;  ///< by the launch
  uint32_t written_here : 4;
  uint32_t launch : 24;  ///< of which these tell
};
inline constexpr size_t kCellBytes = 4;

/// The cell of the byte at `p`, which lies in the arena.
Cell& cell_at(const void* p);
/// Forgets what these cells know, and says that their bytes exist.
void reset_cells(const void* p, size_t bytes);
/// Forgets the cells of a block that begins a page: its bytes exist no more.
void drop_cells(const void* block, size_t bytes);
/// Says that these bytes do not exist.
void forbid_cells(const void* p, size_t bytes);
/// Marks bytes as written, or as never written.
void mark_written(const void* p, size_t bytes, bool written);

/// The history of byte `i` of a cell, which is split if it was not.
History& byte_history(Cell& cell, int i);

}  // namespace emulation
