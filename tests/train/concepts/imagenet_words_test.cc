#include "train/concepts/imagenet_words.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace storyteller::imagenet_words_test {
namespace {

/// A vocabulary of all words of the table, and the concepts that they are.
struct AllWords {
  AllWords() {
    std::vector<std::string> all = {"<pad>", "<start>", "<end>", "<unk>"};
    for (const ImageNetWord& row : imagenet_words()) words.emplace_back(row.word);
    all.insert(all.end(), words.begin(), words.end());
    vocabulary.emplace(all);
  }
  std::set<std::string> of(int64_t class_number, int64_t classes = 1000) const {
    std::set<std::string> names;
    const auto concepts = concepts_of_classes(words, *vocabulary, classes);
    for (const int k : concepts.at(static_cast<size_t>(class_number))) {
      names.insert(words[static_cast<size_t>(k)]);
    }
    return names;
  }

  std::vector<std::string> words;
  std::optional<Vocabulary> vocabulary;
};

using Names = std::set<std::string>;

TEST(ImageNetWords, NameClassesByWhatTheyAreAKindOf) {
  const AllWords all;
  EXPECT_EQ(all.of(340), Names{"zebra"});
  EXPECT_EQ(all.of(779), Names{"bus"});                   // school bus
  EXPECT_EQ(all.of(654), Names{"bus"});                   // minibus
  EXPECT_EQ(all.of(207), (Names{"dog", "retriever"}));    // golden retriever
  EXPECT_EQ(all.of(967), (Names{"beverage", "coffee"}));  // espresso
  EXPECT_EQ(all.of(21), Names{"bird"});                   // kite, the bird: not the toy
  EXPECT_EQ(all.of(293), Names{"animal"});                // cheetah: no other word
  EXPECT_EQ(all.of(954), (Names{"banana", "fruit"}));
  EXPECT_TRUE(all.of(401).empty());  // accordion
}

TEST(ImageNetWords, BackgroundMayBeInFrontOfTheClasses) {
  const AllWords all;
  EXPECT_TRUE(all.of(0, 1001).empty());
  EXPECT_EQ(all.of(341, 1001), Names{"zebra"});
  EXPECT_TRUE(concepts_of_classes(all.words, *all.vocabulary, 21).empty());
}

TEST(ImageNetWords, RowsAreSortedAndTheirClassesKnown) {
  const AllWords all;
  const auto concepts = concepts_of_classes(all.words, *all.vocabulary, 1000);
  ASSERT_EQ(concepts.size(), 1000U);
  size_t without = 0;
  for (const auto& of_class : concepts) without += of_class.empty() ? 1 : 0;
  EXPECT_EQ(without, 158U);  // accordion, altar, ...: no caption has a word for them
  EXPECT_TRUE(std::ranges::is_sorted(all.words));
}

}  // namespace
}  // namespace storyteller::imagenet_words_test
