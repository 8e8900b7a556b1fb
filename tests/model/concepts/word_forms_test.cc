#include "model/concepts/word_forms.h"

#include <string>

#include <gtest/gtest.h>

namespace storyteller::word_forms_test {
namespace {

TEST(WordForms, APluralStandsBesideItsSingularWhereTheVocabularyHasThat) {
  const Vocabulary vocabulary({"<pad>", "<start>", "<end>",  "<unk>",   "dog",  "dogs",
                               "bus",   "buses",   "puppy",  "puppies", "men",  "man",
                               "grass", "horse",   "horses", "zebras",  "skis", "ski",
                               "s",     "boxes",   "box",    "children"});
  const std::vector<int> singulars = singular_forms(vocabulary);
  ASSERT_EQ(std::ssize(singulars), vocabulary.size());
  const auto singular = [&](const std::string& word) {
    return vocabulary.word(singulars[static_cast<size_t>(vocabulary.id(word))]);
  };
  for (const auto& [word, wanted] : {std::pair("dogs", "dog"),
                                     {"dog", "dog"},
                                     {"bus", "bus"},
                                     {"buses", "bus"},
                                     {"puppies", "puppy"},
                                     {"men", "man"},
                                     {"grass", "grass"},
                                     {"horses", "horse"},
                                     {"zebras", "zebras"},  // the vocabulary has no zebra
                                     {"skis", "ski"},
                                     {"s", "s"},
                                     {"boxes", "box"},
                                     {"children", "children"}}) {
    EXPECT_EQ(singular(word), wanted) << word;
  }
  EXPECT_EQ(singulars[Vocabulary::kUnk], Vocabulary::kUnk);
}

}  // namespace
}  // namespace storyteller::word_forms_test
