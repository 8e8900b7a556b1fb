#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/open_table.h"

namespace storyteller {

/// Many short texts in one block of memory: 8 bytes beside their characters each, where a
/// std::string takes 32 and more. A view lives until the next `add`.
class TextArena {
 public:
  size_t add(std::string_view text) {
    bytes_.append(text);
    end_.push_back(bytes_.size());
    return end_.size() - 1;
  }
  size_t size() const { return end_.size(); }
  std::string_view operator[](size_t i) const {
    const uint64_t begin = i == 0 ? 0 : end_[i - 1];
    return std::string_view(bytes_).substr(begin, end_[i] - begin);
  }

 private:
  std::string bytes_;
  std::vector<uint64_t> end_;  // of each text
};

/// Different texts numbered 0, 1, 2, ... in order of insertion: an arena with a table beside it.
/// Thread-safe when const.
class TextSet {
 public:
  static constexpr uint32_t kAbsent = OpenTable::kAbsent;
  /// The number of the text, which is added where it is new.
  uint32_t insert(std::string_view text, bool* is_new = nullptr);
  /// The number of the text, or kAbsent.
  uint32_t find(std::string_view text) const;
  size_t size() const { return texts_.size(); }
  /// Valid until the next insert.
  std::string_view operator[](size_t i) const { return texts_[i]; }
  /// [number] the text; valid until the next insert.
  std::vector<std::string_view> texts() const;
  /// Frees the table. `insert` builds it again; `find` is slow without.
  void forget_table();

 private:
  auto equals(std::string_view text) const {
    return [this, text](uint32_t number) { return texts_[number] == text; };
  }
  void build_table();

  TextArena texts_;
  OpenTable table_;
  bool has_table_ = true;
};

}  // namespace storyteller
