#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace storyteller {

/// Finds things that are numbered 0, 1, 2, ... in order of insertion and lie elsewhere, by hash:
/// open addressing in a power of two of slots, of which at most half are taken. A slot keeps the
/// hash too, so that a probe seldom fetches the thing itself, and growing fetches none.
class OpenTable {
 public:
  static constexpr uint32_t kAbsent = UINT32_MAX;

  /// The number for which `same(number)` holds among those inserted with this hash, or kAbsent.
  template <class Same>
  uint32_t find(size_t hash, Same&& same) const {
    return slots_.empty() ? kAbsent : slots_[place_of(hash, same)].number;
  }

  /// The same; where there is none, `number`, which is from now on found by this hash. It is the
  /// count of those inserted before.
  template <class Same>
  uint32_t insert(size_t hash, uint32_t number, Same&& same) {
    constexpr size_t kFewest = 16;
    if (2 * (size_t{number} + 1) > slots_.size()) {
      resize(slots_.empty() ? kFewest : 2 * slots_.size());
    }
    Slot& slot = slots_[place_of(hash, same)];
    if (slot.number == kAbsent) slot = {number, static_cast<uint32_t>(hash)};
    return slot.number;
  }

  /// Frees the slots: nothing is found any more.
  void clear() { std::vector<Slot>().swap(slots_); }

 private:
  struct Slot {
    uint32_t number = kAbsent;  // kAbsent: free
    uint32_t hash = 0;          // its lower half
  };

  template <class Same>
  size_t place_of(size_t hash, Same&& same) const {
    const size_t mask = slots_.size() - 1;
    const auto half = static_cast<uint32_t>(hash);
    for (size_t place = half & mask;; place = (place + 1) & mask) {
      const Slot& slot = slots_[place];
      if (slot.number == kAbsent || (slot.hash == half && same(slot.number))) return place;
    }
  }

  void resize(size_t slots) {
    std::vector<Slot> taken(slots);
    taken.swap(slots_);
    for (const Slot& slot : taken) {
      if (slot.number == kAbsent) continue;
      slots_[place_of(slot.hash, [](uint32_t) { return false; })] = slot;
    }
  }

  std::vector<Slot> slots_;
};

}  // namespace storyteller
