#include "train/metrics/plausibility/statement_counts.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "core/error.h"
#include "tests/temporary_folder.h"
#include "train/metrics/caption_scorer.h"
#include "train/metrics/metric_scorer.h"
#include "train/metrics/spice/spice.h"

namespace storyteller::statement_counts_test {
namespace {

/// Three dogs are brown, one is green; a cat is brown.
StatementCounts animals() {
  StatementCounts counts;
  counts.add({"dog", "brown"}, 3);
  counts.add({"dog", "green"});
  counts.add({"cat", "brown"});
  counts.add({"man", "ride", "horse"}, 4);
  counts.add({"man", "ride", "bike"}, 2);
  counts.add({"dog", "chase", "cat"});
  return counts;
}

TEST(StatementCounts, CountsStatementsAndNotThings) {
  StatementCounts counts = animals();
  counts.add({"dog"}, 7);
  EXPECT_EQ(counts.size(), 6U);
  EXPECT_EQ(counts.count({"dog", "brown"}), 3U);
  EXPECT_EQ(counts.count({"dog"}), 0U);
  EXPECT_EQ(counts.count({"brown", "dog"}), 0U);
}

TEST(StatementCounts, ComparesAPairWithChance) {
  const StatementCounts counts = animals();
  // Of five attributes four are brown, two words there are, and one unknown.
  const double brown = (4. + 1) / (5 + 2 + 1), purple = 1. / (5 + 2 + 1);
  EXPECT_DOUBLE_EQ(counts.typicality({"dog", "brown"}), std::log((3 + brown) / 5 / brown));
  EXPECT_DOUBLE_EQ(counts.typicality({"dog", "purple"}), std::log(1. / 5));
  EXPECT_DOUBLE_EQ(counts.typicality({"fish", "purple"}), 0) << "nothing is known of fish";
  EXPECT_LT(counts.typicality({"dog", "purple"}), counts.typicality({"cat", "purple"}))
      << "dogs are better known, and never purple";
  EXPECT_GT(purple, 0);
}

TEST(StatementCounts, ComparesThreePartsWithChance) {
  const StatementCounts counts = animals();
  const double horse = 5. / (7 + 3 + 1), man = 7. / (7 + 2 + 1);  // one more for each
  const double horse_of_riding = (4 + horse) / 7, man_of_riding = (6 + man) / 7;
  EXPECT_DOUBLE_EQ(counts.typicality({"man", "ride", "horse"}),
                   0.5 * (std::log((4 + horse_of_riding) / 7 / horse) +
                          std::log((4 + man_of_riding) / 5 / man)));
  const double typical = counts.typicality({"man", "ride", "bike"});
  EXPECT_GT(typical, counts.typicality({"dog", "ride", "bike"}));
  EXPECT_GT(typical, counts.typicality({"man", "ride", "cat"}));
  EXPECT_LT(counts.typicality({"man", "ride", "cat"}), 0);
  EXPECT_EQ(counts.typicality({"dog"}), 0);
}

TEST(StatementCounts, ReadsWhatCaptionsSay) {
  const TokenizedReferences captions = ptb_tokenize_references(
      {{"A brown dog chases a cat.", "a dog is brown"}, {"a man rides a horse"}});
  const StatementCounts counts(captions, *default_spice_model(), 2);
  EXPECT_EQ(counts.count({"dog", "brown"}), 2U);
  EXPECT_EQ(counts.count({"dog", "chase", "cat"}), 1U);
  EXPECT_EQ(counts.count({"man", "ride", "horse"}), 1U);
}

TEST(StatementFile, GivesBackWhatWasSaved) {
  const TemporaryFolder folder;
  const StatementCounts counts = animals();
  counts.save(folder / "a.tsv");
  const StatementCounts read = StatementCounts::load(folder / "a.tsv");
  EXPECT_EQ(read.size(), counts.size());
  for (const spice::Proposition& statement :
       {spice::Proposition{"dog", "brown"}, {"man", "ride", "bike"}, {"dog", "purple"}}) {
    EXPECT_EQ(read.count(statement), counts.count(statement));
    EXPECT_EQ(read.typicality(statement), counts.typicality(statement));
  }
}

TEST(StatementFile, SaysWhatIsWrongWithIt) {
  const TemporaryFolder folder;
  const std::string head = "# statements of captions and how often they were made\n";
  const auto problem = [&](const std::string& text) -> std::string {
    std::ofstream(folder / "b.tsv") << text;
    try {
      StatementCounts::load(folder / "b.tsv");
    } catch (const InputError& error) {
      return error.what();
    }
    return "none";
  };
  EXPECT_NE(problem("a dog\n").find("holds no statements"), std::string::npos);
  EXPECT_NE(problem("").find("--save-statements"), std::string::npos);
  EXPECT_NE(problem(head + "dog\tbrown\t1\ndog\tbrown\n").find("b.tsv:3"), std::string::npos);
  EXPECT_NE(problem(head + "dog\tbrown\t-1\n").find("b.tsv:2"), std::string::npos);
  EXPECT_NE(problem(head + "dog\t1\n").find("b.tsv:2"), std::string::npos);
  EXPECT_NE(problem(head + "a\tb\tc\td\t1\n").find("b.tsv:2"), std::string::npos);
  EXPECT_NE(problem(head + "a\tb\t1\na\tb\t1\n").find("twice"), std::string::npos);
  EXPECT_EQ(problem(head + "a\tb\t1\na\tb\tc\t1\n"), "none");
}

}  // namespace
}  // namespace storyteller::statement_counts_test
