#include "core/text/text_set.h"

#include <xxhash.h>

#include "core/error.h"

namespace storyteller {

size_t TextSet::slot_of(std::string_view text) const {
  const size_t mask = slots_.size() - 1;
  size_t slot = XXH3_64bits(text.data(), text.size()) & mask;
  while (slots_[slot] != 0 && texts_[slots_[slot] - 1] != text) slot = (slot + 1) & mask;
  return slot;
}

void TextSet::grow(size_t slots) {
  slots_.assign(slots, 0);
  for (size_t i = 0; i < texts_.size(); ++i) {
    slots_[slot_of(texts_[i])] = static_cast<uint32_t>(i + 1);
  }
}

uint32_t TextSet::insert(std::string_view text, bool* is_new) {
  constexpr size_t kFewest = 64;
  if (texts_.size() >= kAbsent - 1) throw InputError("more than 4 billion different texts");
  if (2 * (texts_.size() + 1) > slots_.size()) {
    size_t slots = kFewest;
    while (slots < 4 * (texts_.size() + 1)) slots *= 2;
    grow(slots);
  }
  uint32_t& slot = slots_[slot_of(text)];
  if (is_new != nullptr) *is_new = slot == 0;
  if (slot == 0) slot = static_cast<uint32_t>(texts_.add(text) + 1);
  return slot - 1;
}

uint32_t TextSet::find(std::string_view text) const {
  if (slots_.empty()) {
    uint32_t number = 0;
    while (number < size() && texts_[number] != text) ++number;
    return number < size() ? number : kAbsent;
  }
  const uint32_t slot = slots_[slot_of(text)];
  return slot == 0 ? kAbsent : slot - 1;
}

std::vector<std::string_view> TextSet::texts() const {
  std::vector<std::string_view> all;
  all.reserve(size());
  for (size_t i = 0; i < size(); ++i) all.push_back(texts_[i]);
  return all;
}

}  // namespace storyteller
