#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace storyteller {

/// Lets unordered containers of std::string be searched by std::string_view.
struct WordHash {
  using is_transparent = void;
  size_t operator()(std::string_view word) const { return std::hash<std::string_view>{}(word); }
};

/// Words, each with a list of numbers: a dictionary of some hundred thousand entries that loads in
/// milliseconds, since all of it lies in four arrays (open addressing). Thread-safe when const.
class WordTable {
 public:
  static constexpr uint32_t kAbsent = UINT32_MAX;
  /// Adds a word; false, and nothing is changed, where it is there already.
  bool add(std::string_view word, std::span<const uint32_t> numbers);
  /// The numbers of `word`; empty where it is absent.
  std::span<const uint32_t> find(std::string_view word) const;
  /// How many words were added before `word`, or kAbsent.
  uint32_t index_of(std::string_view word) const;
  bool contains(std::string_view word) const { return index_of(word) != kAbsent; }
  size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    size_t word_begin;
    size_t numbers_begin;
    uint32_t word_length;
    uint32_t numbers_count;
  };
  struct Slot {
    uint32_t entry = kAbsent;  // kAbsent where free
    uint32_t tag = 0;          // half of the hash: a probe seldom has to fetch the word
  };
  size_t slot_of(std::string_view word, size_t hash) const;
  std::string_view word_of(const Entry& entry) const {
    return std::string_view(text_).substr(entry.word_begin, entry.word_length);
  }
  void grow();

  std::string text_;  // all words, one after the other
  std::vector<uint32_t> numbers_;
  std::vector<Entry> entries_;
  std::vector<Slot> slots_;  // power of two, at most half full
};

}  // namespace storyteller
