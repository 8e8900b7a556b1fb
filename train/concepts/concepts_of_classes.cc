#include <algorithm>
#include <charconv>
#include <cstdint>

#include "train/concepts/imagenet_words.h"

namespace storyteller {
namespace {

constexpr int64_t kClasses = 1000;

/// Calls `use` with each number of "7 10-20".
template <class Use>
void each_number(std::string_view ranges, const Use& use) {
  const auto number = [&ranges] {
    int value = 0;
    const auto end = std::from_chars(ranges.data(), ranges.data() + ranges.size(), value).ptr;
    ranges.remove_prefix(static_cast<size_t>(end - ranges.data()));
    return value;
  };
  while (!ranges.empty()) {
    const int first = number();
    int last = first;
    if (ranges.starts_with('-')) {
      ranges.remove_prefix(1);
      last = number();
    }
    for (int n = first; n <= last; ++n) use(static_cast<size_t>(n));
    if (ranges.starts_with(' ')) ranges.remove_prefix(1);
  }
}

}  // namespace

std::vector<std::vector<int>> concepts_of_classes(const std::vector<std::string>& words,
                                                  const Vocabulary& vocabulary, int64_t classes) {
  if (classes != kClasses && classes != kClasses + 1) return {};
  const auto background = static_cast<size_t>(classes - kClasses);
  std::vector<std::vector<int>> concepts(static_cast<size_t>(classes));
  const std::vector<int> of_word = concepts_of_words({.words = words}, vocabulary);
  for (const ImageNetWord& row : imagenet_words()) {
    const int id = vocabulary.id(row.word);
    const int number = id < Vocabulary::kSpecialTokens ? -1 : of_word[static_cast<size_t>(id)];
    if (number < 0) continue;
    each_number(row.classes, [&](size_t c) { concepts[background + c].push_back(number); });
  }
  for (std::vector<int>& of_class : concepts) {  // a word and its plural may both be named
    std::ranges::sort(of_class);
    const auto repeated = std::unique(of_class.begin(), of_class.end());
    of_class.erase(repeated, of_class.end());
  }
  return concepts;
}

}  // namespace storyteller
