#include "model/wording/people_text.h"

#include <gtest/gtest.h>

#include "model/wording/neutral_words.h"
#include "model/wording/sentence.h"
#include "model/wording/tidy_words.h"
#include "tests/words.h"

namespace storyteller::people_text_test {
namespace {

std::string tidy(const std::string& text) { return written(tidy_words(words(text))); }
std::string neutral(const std::string& text) { return written(without_gender(words(text))); }
std::string fair(const std::string& text) { return written(without_judgements(words(text))); }

Assessment graded(Grade grade, double photo = 0.9) {
  return {.confidence = 0.8, .photo = photo, .domain = 0.5, .grade = grade};
}

TEST(Written, UndoesTokens) {
  EXPECT_EQ(written(words("a man 's t - shirt")), "a man's T-shirt");
  EXPECT_EQ(written(words("two t-shirts do n't fit")), "two T-shirts don't fit");
  EXPECT_EQ(written(words("a dog , a cat and a tv .")), "a dog, a cat and a TV");
  EXPECT_EQ(written(words("a toy -lrb- red -rrb- on a bed")), "a toy (red) on a bed");
  EXPECT_EQ(written(words("a half -")), "a half");
  EXPECT_EQ(written({}), "");
}

TEST(Written, ArticlesFollowTheSound) {
  EXPECT_EQ(written(words("a orange and an dog")), "an orange and a dog");
  EXPECT_EQ(written(words("an unicycle , an uniform , a umbrella , a hour")),
            "a unicycle, a uniform, an umbrella, an hour");
  EXPECT_EQ(written(words("a unidentified man in a suv")), "an unidentified man in an SUV");
  EXPECT_EQ(written(words("an one armed bandit")), "a one armed bandit");
}

TEST(TidyWords, RepetitionUnknownOpeningsAndEnds) {
  EXPECT_EQ(tidy("a dog jumps in the air in the air"), "a dog jumps in the air");
  EXPECT_EQ(tidy("a dog dog runs"), "a dog runs");
  EXPECT_EQ(tidy("a white and white dog"), "a white dog");
  EXPECT_EQ(tidy("a man with a"), "a man");
  EXPECT_EQ(tidy("a black and white photo of a dog"), "a dog");
  EXPECT_EQ(tidy("this is a picture of an old boat"), "an old boat");
  EXPECT_EQ(tidy("a close up of a cat"), "a cat");
  EXPECT_EQ(tidy("a man takes a picture of a dog"), "a man takes a picture of a dog");
  EXPECT_EQ(tidy("a <unk> dog"), "a dog");
  EXPECT_EQ(tidy("a <unk> in the water"), "something in the water");
  EXPECT_EQ(tidy("a man with a <unk>"), "a man");
  EXPECT_EQ(tidy("<unk> <unk>"), "");
}

TEST(WithoutGender, NounsPronounsAndSums) {
  EXPECT_EQ(neutral("a man and his dog"), "a person and their dog");
  EXPECT_EQ(neutral("a woman looks at her"), "a person looks at them");
  EXPECT_EQ(neutral("a girl while she catches her ball"), "a child while they catch their ball");
  EXPECT_EQ(neutral("two boys play"), "two children play");
  EXPECT_EQ(neutral("a man and a woman sit"), "two people sit");
  EXPECT_EQ(neutral("a man and woman sit"), "two people sit");
  EXPECT_EQ(neutral("two men and a woman"), "three people");
  EXPECT_EQ(neutral("men and women"), "people");
  EXPECT_EQ(neutral("a boy and a man"), "a child and a person");
  EXPECT_EQ(neutral("a female tennis player"), "a tennis player");
  EXPECT_EQ(neutral("a female in red"), "a person in red");
  EXPECT_EQ(neutral("a policeman"), "a police officer");
  EXPECT_EQ(neutral("a dog in a cowboy hat"), "a dog in a cowboy hat");
  EXPECT_EQ(neutral("a person and a person"), "a person and a person");  // nothing to change
}

TEST(WithoutJudgements, OfPeopleAlone) {
  EXPECT_EQ(fair("an old asian man"), "a man");
  EXPECT_EQ(fair("a happy young girl and an old dog"), "a girl and an old dog");
  EXPECT_EQ(fair("a black and white dog"), "a black and white dog");
  EXPECT_EQ(fair("a black man in a black shirt"), "a man in a black shirt");
  EXPECT_EQ(fair("a toddler and a baby elephant"), "a child and a baby elephant");
  EXPECT_EQ(fair("two teenagers"), "two people");
}

TEST(PeopleText, HedgesByGrade) {
  const auto said = words("a dog jumps over a hurdle");
  EXPECT_EQ(people_text(said, graded(Grade::kSure)), "A dog jumps over a hurdle.");
  EXPECT_EQ(people_text(said, graded(Grade::kLikely)), "Could be: a dog jumps over a hurdle.");
  EXPECT_EQ(people_text(said, graded(Grade::kUnsure)),
            "Not sure: perhaps a dog jumps over a hurdle.");
  const PeopleWording brief{.hedge = Hedge::kShort};
  EXPECT_EQ(people_text(said, graded(Grade::kLikely), brief), "A dog jumps over a hurdle?");
  EXPECT_EQ(people_text(said, graded(Grade::kUnsure), brief), "A dog jumps over a hurdle??");
  EXPECT_EQ(people_text(said, graded(Grade::kUnsure), {.hedge = Hedge::kNone}),
            "A dog jumps over a hurdle.");
}

TEST(PeopleText, NoPhotographAndNothingToSay) {
  const auto said = words("a dog runs");
  EXPECT_EQ(people_text(said, graded(Grade::kUnsure, 0.1)),
            "This does not look like a photograph.");
  EXPECT_EQ(people_text(said, graded(Grade::kUnsure, 0.1), {.anyway = true}),
            "This does not look like a photograph. Not sure: perhaps a dog runs.");
  EXPECT_EQ(people_text(words("a <unk>"), graded(Grade::kSure)), "No description.");
  // A model that was not calibrated knows nothing, and says so.
  EXPECT_EQ(people_text(said, {}), "Not sure: perhaps a dog runs.");
}

TEST(PeopleText, GenderStaysWhereItIsSure) {
  const auto said = words("a man runs");
  EXPECT_EQ(people_text(said, graded(Grade::kSure)), "A man runs.");
  EXPECT_EQ(people_text(said, graded(Grade::kLikely)), "Could be: a person runs.");
  EXPECT_EQ(people_text(said, graded(Grade::kSure), {.gender = GenderWords::kNeutral}),
            "A person runs.");
  EXPECT_EQ(people_text(said, graded(Grade::kUnsure), {.gender = GenderWords::kKeep}),
            "Not sure: perhaps a man runs.");
}

}  // namespace
}  // namespace storyteller::people_text_test
