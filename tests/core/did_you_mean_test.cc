#include "core/did_you_mean.h"

#include <gtest/gtest.h>

namespace storyteller::did_you_mean_test {
namespace {

TEST(EditDistance, CountsEditsAndSwapsOfNeighbours) {
  EXPECT_EQ(edit_distance("", ""), 0U);
  EXPECT_EQ(edit_distance("abc", ""), 3U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance("train", "trian"), 1U);
  EXPECT_EQ(edit_distance("ca", "abc"), 3U);  // restricted: 2 in the unrestricted distance
}

const std::vector<std::string> kCommands = {"train", "caption", "evaluate", "doctor"};

TEST(DidYouMean, FindsTheMistypedWord) {
  EXPECT_EQ(closest_match("trian", kCommands), "train");
  EXPECT_EQ(closest_match("captoin", kCommands), "caption");
  EXPECT_EQ(closest_match("Doctr", kCommands), "doctor");
  EXPECT_EQ(closest_match("evaluaet", kCommands), "evaluate");
  EXPECT_EQ(closest_match("batch-size", {"batch_size", "beam"}), "batch_size");
}

TEST(DidYouMean, FindsTheAbbreviatedWord) {
  EXPECT_EQ(closest_match("eval", kCommands), "evaluate");
  EXPECT_EQ(closest_match("learning", {"seed", "learning_rate"}), "learning_rate");
}

TEST(DidYouMean, StaysSilentWhereNothingIsClose) {
  EXPECT_EQ(closest_match("serve", {"train", "caption"}), "");
  EXPECT_EQ(closest_match("x", {"y"}), "");
  EXPECT_EQ(closest_match("", kCommands), "");
  EXPECT_EQ(closest_match("train", {}), "");
  EXPECT_EQ(closest_match(std::string(1'000'000, 'a'), kCommands), "");
}

TEST(DidYouMean, EndsAMessage) {
  EXPECT_EQ(did_you_mean("trian", kCommands), "; did you mean 'train'?");
  EXPECT_EQ(did_you_mean("zzzzzz", kCommands), "");
}

}  // namespace
}  // namespace storyteller::did_you_mean_test
