#include <gtest/gtest.h>

#include <cmath>

#include "train/metrics/caption_scorer.h"

namespace storyteller::chair_test {
namespace {

using References = std::vector<std::vector<std::string>>;

CaptionScorer scorer(const References& references) {
  return CaptionScorer(ptb_tokenize_references(references),
                       {.metrics = parse_metrics("chair,object-recall", "test")});
}

/// CHAIR-i of a caption: which of its objects the reference does not name.
double wrong_share(const std::string& caption, const std::string& reference) {
  return scorer({{reference}}).score(0, ptb_tokenize(caption))["chair_i"];
}

TEST(Chair, CountsMentionsOfWhatNoReferenceNames) {
  EXPECT_EQ(wrong_share("a dog chases a cat", "a puppy runs"), 0.5);
  EXPECT_EQ(wrong_share("a dog chases a cat and another cat", "a puppy runs"), 2. / 3);
  EXPECT_EQ(wrong_share("two kittens on a sofa", "the cat lies on the couch"), 0);
  EXPECT_EQ(wrong_share("a man rides a motor bike", "women with scooters"), 0);
}

// The published example: neither dog nor person nor chair is named.
TEST(Chair, ReadsPairsOfWordsAsOneThing) {
  const std::string caption = "two hot dogs and a baby elephant on a toilet seat";
  EXPECT_EQ(wrong_share(caption, "a hot dog, an elephant and a toilet"), 0);
  EXPECT_EQ(wrong_share(caption, "a dog, a person and a chair"), 1);
  EXPECT_EQ(wrong_share("a toilet with its seat up", "a toilet"), 0);
  EXPECT_EQ(wrong_share("a stool beside a table", "a toilet"), 1);
  EXPECT_EQ(wrong_share("wine glasses and street lights", "a wine glass by a traffic light"), 0);
  EXPECT_TRUE(std::isnan(wrong_share("a baby cub at home plate", "a bear")));
  EXPECT_EQ(wrong_share("a passenger train", "a train"), 0);
}

TEST(Chair, FindsTheSingular) {
  for (const char* pair :
       {"knives knife", "benches bench", "puppies dog", "buses bus", "men person",
        "grandchildren person", "geese bird", "mice mouse", "sheep sheep", "couches couch",
        "women person", "skis skis", "firetrucks truck", "calves cow"}) {
    const std::string text = pair;
    const size_t blank = text.find(' ');
    EXPECT_EQ(wrong_share("some " + text.substr(0, blank), "a " + text.substr(blank + 1)), 0)
        << pair;
  }
  EXPECT_TRUE(std::isnan(wrong_share("grass and glass", "grass")));
}

TEST(Chair, OfASetIsOverAllMentionsAndCaptions) {
  const CaptionScorer of_three =
      scorer({{"a dog", "a dog and a man on a bench"}, {"a cat"}, {"the sky"}});
  const CaptionScores scores = of_three.score_all(
      {ptb_tokenize("a man and a dog"), ptb_tokenize("a dog with a cat"), ptb_tokenize("clouds")});
  EXPECT_DOUBLE_EQ(scores["chair_i"], 1. / 4);
  EXPECT_DOUBLE_EQ(scores["chair_s"], 1. / 3);
  EXPECT_DOUBLE_EQ(scores["object_recall"], 3. / 4);  // the bench is missing
  EXPECT_TRUE(std::isnan(scores.each[2]["chair_i"]));
  EXPECT_EQ(scores.each[2]["chair_s"], 0);
}

// Silence names nothing wrong, and nothing at all.
TEST(Chair, OfCaptionsWithoutObjectsIsAbsent) {
  const CaptionScores scores = scorer({{"a dog"}}).score_all({ptb_tokenize("it is nice")});
  EXPECT_TRUE(std::isnan(scores["chair_i"]));
  EXPECT_EQ(scores["object_recall"], 0);
}

TEST(Chair, LessIsBetter) {
  for (const ScoreColumn& column : score_columns(parse_metrics("chair,object-recall", ""))) {
    EXPECT_EQ(column.greater_is_better, column.key == "object_recall") << column.key;
  }
}

}  // namespace
}  // namespace storyteller::chair_test
