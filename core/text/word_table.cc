#include "core/text/word_table.h"

namespace storyteller {
namespace {

size_t hash_of(std::string_view word) { return WordHash{}(word); }
uint32_t tag_of(size_t hash) { return static_cast<uint32_t>(hash >> 32U); }

}  // namespace

size_t WordTable::slot_of(std::string_view word, size_t hash) const {
  const size_t mask = slots_.size() - 1;
  for (size_t slot = hash & mask;; slot = (slot + 1) & mask) {
    const Slot& found = slots_[slot];
    if (found.entry == kAbsent) return slot;
    if (found.tag == tag_of(hash) && word_of(entries_[found.entry]) == word) return slot;
  }
}

uint32_t WordTable::index_of(std::string_view word) const {
  return slots_.empty() ? kAbsent : slots_[slot_of(word, hash_of(word))].entry;
}

std::span<const uint32_t> WordTable::find(std::string_view word) const {
  const uint32_t index = index_of(word);
  if (index == kAbsent) return {};
  const Entry& entry = entries_[index];
  return std::span(numbers_).subspan(entry.numbers_begin, entry.numbers_count);
}

bool WordTable::add(std::string_view word, std::span<const uint32_t> numbers) {
  if (2 * (entries_.size() + 1) > slots_.size()) grow();
  const size_t hash = hash_of(word);
  const size_t slot = slot_of(word, hash);
  if (slots_[slot].entry != kAbsent) return false;
  slots_[slot] = {static_cast<uint32_t>(entries_.size()), tag_of(hash)};
  entries_.push_back({text_.size(), numbers_.size(), static_cast<uint32_t>(word.size()),
                      static_cast<uint32_t>(numbers.size())});
  text_ += word;
  numbers_.insert(numbers_.end(), numbers.begin(), numbers.end());
  return true;
}

void WordTable::grow() {
  slots_.assign(slots_.empty() ? 1024 : 2 * slots_.size(), Slot{});
  for (uint32_t i = 0; i < entries_.size(); ++i) {
    const size_t hash = hash_of(word_of(entries_[i]));
    slots_[slot_of(word_of(entries_[i]), hash)] = {i, tag_of(hash)};
  }
}

}  // namespace storyteller
