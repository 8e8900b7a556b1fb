#include "core/text/text_set.h"

#include "core/error.h"
#include "core/text/string_hash.h"

namespace storyteller {

uint32_t TextSet::insert(std::string_view text, bool* is_new) {
  if (texts_.size() >= kAbsent - 1) throw InputError("more than 4 billion different texts");
  if (!has_table_) build_table();
  const auto next = static_cast<uint32_t>(texts_.size());
  const uint32_t number = table_.insert(StringHash{}(text), next, equals(text));
  if (is_new != nullptr) *is_new = number == next;
  if (number == next) texts_.add(text);
  return number;
}

uint32_t TextSet::find(std::string_view text) const {
  if (has_table_) return table_.find(StringHash{}(text), equals(text));
  uint32_t number = 0;
  while (number < size() && texts_[number] != text) ++number;
  return number < size() ? number : kAbsent;
}

void TextSet::forget_table() {
  table_.clear();
  has_table_ = false;
}

void TextSet::build_table() {
  for (uint32_t i = 0; i < size(); ++i) {
    table_.insert(StringHash{}(texts_[i]), i, [](uint32_t) { return false; });
  }
  has_table_ = true;
}

std::vector<std::string_view> TextSet::texts() const {
  std::vector<std::string_view> all;
  all.reserve(size());
  for (size_t i = 0; i < size(); ++i) all.push_back(texts_[i]);
  return all;
}

}  // namespace storyteller
