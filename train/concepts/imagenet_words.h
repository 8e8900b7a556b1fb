#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/concepts/concept_table.h"

namespace storyteller {

/// A word that captions use, and the classes of ImageNet (ILSVRC 2012, 0 to 999) that are a kind of
/// it.
struct ImageNetWord {
  std::string_view word;
  std::string_view classes;  ///< "7 10-20"
};
/// Made by make_imagenet_words.py. Classes of which no caption has a word stand nowhere.
std::span<const ImageNetWord> imagenet_words();

/// For each of `classes` classes of a classifier, 1,000 or 1,001 with the background in front, the
/// concepts that it is a kind of, in order; a plural form of a word counts as the word. Empty for
/// any other number of classes, whose meaning nobody knows.
std::vector<std::vector<int>> concepts_of_classes(const std::vector<std::string>& words,
                                                  const Vocabulary& vocabulary, int64_t classes);

}  // namespace storyteller
