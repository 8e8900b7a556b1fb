#include "train/metrics/plausibility/plausibility.h"

#include <gtest/gtest.h>

#include <cmath>

#include "train/metrics/caption_scorer.h"

namespace storyteller::plausibility_test {
namespace {

std::shared_ptr<const StatementCounts> counted() {
  auto counts = std::make_shared<StatementCounts>();
  counts->add({"dog", "brown"}, 3);
  counts->add({"dog", "chase", "cat"}, 2);
  counts->add({"man", "ride", "horse"}, 5);
  return counts;
}

TEST(Plausibility, IsWhatStatementsAreBelowChance) {
  const auto counts = counted();
  const Plausibility plausibility(counts);
  const double green = counts->typicality({"dog", "green"});
  const double horse = counts->typicality({"dog", "chase", "horse"});
  ASSERT_LT(green, 0);
  ASSERT_LT(horse, 0);
  EXPECT_DOUBLE_EQ(plausibility.of(ptb_tokenize("a green dog chases a horse")), green + horse);
  EXPECT_EQ(plausibility.of(ptb_tokenize("a brown dog chases a cat")), 0);
  EXPECT_EQ(plausibility.of(ptb_tokenize("a dog")), 0);
  const auto all = plausibility.of_all({ptb_tokenize("a dog"), ptb_tokenize("the dog is green")});
  EXPECT_EQ(all, (std::vector<double>{0, green}));
}

TEST(Plausibility, PrefersWhatPeopleSay) {
  const Plausibility plausibility(counted());
  EXPECT_GT(plausibility.of(ptb_tokenize("a man rides a horse")),
            plausibility.of(ptb_tokenize("a horse rides a man")));
}

TEST(Attested, IsTheShareOfStatementsThatPeopleMake) {
  const TokenizedReferences references =
      ptb_tokenize_references({{"a brown dog chases a cat"}, {"a man rides a horse"}});
  const CaptionScorer scorer(references, {.metrics = parse_metrics("attested", "test")});
  const auto share = [&](const std::string& caption) {
    return scorer.score(0, ptb_tokenize(caption))["attested"];
  };
  EXPECT_EQ(share("a man rides a horse"), 1) << "said of another picture";
  EXPECT_EQ(share("a brown dog rides a horse"), 0.5);
  EXPECT_EQ(share("a horse rides a man"), 0);
  EXPECT_TRUE(std::isnan(share("a dog")));
  const CaptionScores set =
      scorer.score_all({ptb_tokenize("a brown dog rides a horse"), ptb_tokenize("a brown dog")});
  EXPECT_DOUBLE_EQ(set["attested"], 2. / 3);
}

TEST(Attested, TakesStatementsOfOthers) {
  const CaptionScorer scorer(
      ptb_tokenize_references({{"a plane"}}),
      {.metrics = parse_metrics("attested", "test"), .statements = counted()});
  EXPECT_EQ(scorer.score(0, ptb_tokenize("a brown dog"))["attested"], 1);
}

}  // namespace
}  // namespace storyteller::plausibility_test
