#include "train/concepts/choose_concepts.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "tests/train/data/fake_dataset.h"

namespace storyteller::choose_concepts_test {
namespace {

TEST(ChooseConcepts, TakesContentWordsOfTheMostPictures) {
  // "dogs" and "dog" are one, named by the form that is used more; "ball" is said often, of one
  // picture.
  const ListedCaptions dataset({{"a dog on the beach", "the dogs"},
                                {"two dogs", "a beach"},
                                {"a dogs ' day", "a ball , a ball , a ball"}});
  const CaptionCorpus corpus(dataset);
  const Vocabulary vocabulary = Vocabulary::build(corpus.word_counts(), 1);
  EXPECT_EQ(choose_concepts(corpus, vocabulary, 3).words,
            (std::vector<std::string>{"dogs", "beach", "ball"}));
  EXPECT_EQ(choose_concepts(corpus, vocabulary, 100).words,
            (std::vector<std::string>{"dogs", "beach", "ball", "day", "two"}));
}

TEST(ChooseConcepts, NeedsAWordThatNamesSomething) {
  const ListedCaptions dataset({{"it is on the", "a ."}, {"on it"}});
  const CaptionCorpus corpus(dataset);
  const Vocabulary vocabulary = Vocabulary::build(corpus.word_counts(), 1);
  EXPECT_THROW(choose_concepts(corpus, vocabulary, 5), UsageError);
}

}  // namespace
}  // namespace storyteller::choose_concepts_test
