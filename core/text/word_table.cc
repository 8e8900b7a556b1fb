#include "core/text/word_table.h"

namespace storyteller {

bool WordTable::add(std::string_view word, std::span<const uint32_t> numbers) {
  bool is_new = false;
  words_.insert(word, &is_new);
  if (!is_new) return false;
  numbers_.insert(numbers_.end(), numbers.begin(), numbers.end());
  end_.push_back(numbers_.size());
  return true;
}

std::span<const uint32_t> WordTable::find(std::string_view word) const {
  const uint32_t index = index_of(word);
  if (index == kAbsent) return {};
  const size_t begin = index == 0 ? 0 : end_[index - 1];
  return std::span(numbers_).subspan(begin, end_[index] - begin);
}

}  // namespace storyteller
