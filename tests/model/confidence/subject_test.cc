#include "model/confidence/subject.h"

#include <gtest/gtest.h>

#include "tests/words.h"

namespace storyteller::subject_test {
namespace {

std::string subject(const std::string& text) { return kinds_text(subject_of(words(text)).kinds); }

TEST(Subject, IsTheFirstThingThatIsNamed) {
  EXPECT_EQ(subject("a black and white dog chases a cat"), "dog");
  EXPECT_EQ(subject("two men on a bench"), "man");
  EXPECT_EQ(subject("a slice of pizza on a table"), "food");
  EXPECT_EQ(subject("a large clock on a wall"), "household thing");
  EXPECT_EQ(subject("the sky is blue"), "nothing");
  EXPECT_EQ(subject(""), "nothing");
}

TEST(Subject, OfNounsBehindEachOtherTheLast) {
  EXPECT_EQ(subject("a bus driver waves"), subject("a person waves"));
  EXPECT_EQ(subject("a baby elephant"), "large or wild animal");
  EXPECT_EQ(subject("a woman surfer"), "woman");
  EXPECT_EQ(subject("a boy skateboards down a street"), "boy");  // a verb
  EXPECT_EQ(subject("a hot dog on a plate"), "food");            // the longer name first
  EXPECT_EQ(subject("a couple of dogs"), "dog");
  EXPECT_EQ(subject_of(words("a fire truck parked")).word, 2U);
}

TEST(Subject, PluralsAndWideWords) {
  for (const char* one : {"women", "children", "geese", "knives", "benches", "ponies"}) {
    EXPECT_NE(subject(one), "nothing") << one;
  }
  EXPECT_EQ(subject("people"), "man or woman or boy or girl");
  EXPECT_EQ(subject("an animal"), "dog or cat or horse or bird or large or wild animal");
  EXPECT_NE(subject_of(words("a person")).kinds & kinds_named(words("a girl")), 0U);
  EXPECT_EQ(subject_of(words("a man")).kinds & kinds_named(words("a woman")), 0U);
}

TEST(KindsAgreed, TwoOfThreeOrMore) {
  const std::vector<std::vector<std::string>> several = {words("a dog and a cat"), words("a dog"),
                                                         words("a horse")};
  EXPECT_EQ(kinds_text(kinds_agreed(several)), "dog");
  EXPECT_EQ(kinds_text(kinds_agreed(std::span(several).first(2))), "dog or cat");
  EXPECT_EQ(kinds_agreed({}), 0U);
}

}  // namespace
}  // namespace storyteller::subject_test
