#include <gtest/gtest.h>

#include "core/error.h"
#include "core/serialization/safetensors_writer.h"
#include "tests/temporary_folder.h"
#include "train/metrics/caption_scorer.h"

namespace storyteller::frequencies_file_test {
namespace {

using Rows = std::vector<uint32_t>;

TokenizedReferences references() {
  return ptb_tokenize_references({{"A dog runs over 22 3/4 metres of grass.", "a dog"},
                                  {"A cat sleeps.", "The cat is a cat."},
                                  {"Two dogs, a caf\u00E9"}});
}

TEST(DocumentFrequencies, SurviveTheDisk) {
  const TemporaryFolder folder;
  const auto all = references();
  const auto kept = std::make_shared<const DocumentFrequencies>(all);
  kept->save(folder / "df");
  const auto found =
      std::make_shared<const DocumentFrequencies>(DocumentFrequencies::load(folder / "df"));
  EXPECT_EQ(found->documents(), 3U);
  EXPECT_EQ(found->tokens().texts(), kept->tokens().texts());
  const TokenizedReferences one = {all[0]};
  const CaptionScorer before(one, {.frequencies = kept}), after(one, {.frequencies = found});
  const Tokens hypothesis = ptb_tokenize("a dog runs over the caf\u00E9 and a cat");
  EXPECT_GT(before.score(0, hypothesis)["cider"], 0);
  EXPECT_EQ(before.score(0, hypothesis)["cider"], after.score(0, hypothesis)["cider"]);
  EXPECT_EQ(after.score(0, hypothesis)["cider"], CaptionScorer(all).score(0, hypothesis)["cider"]);
}

class FrequenciesFile : public testing::Test {
 protected:
  /// A file with these parts, and the message of its ModelError.
  std::string problem(uint64_t documents, const std::string& tokens, const Rows& ngrams,
                      const Rows& counts, const std::string& kind = "document frequencies") {
    SafetensorsWriter writer;
    writer.set_metadata("storyteller.kind", kind);
    writer.add("documents", StoredType::kU64, {1}, &documents);
    writer.add("tokens", StoredType::kU8, {static_cast<int64_t>(tokens.size())}, tokens.data());
    writer.add("ngrams", StoredType::kU32, {static_cast<int64_t>(ngrams.size() / 4), 4},
               ngrams.data());
    writer.add("counts", StoredType::kU32, {static_cast<int64_t>(counts.size())}, counts.data());
    writer.write(folder_ / "df");
    try {
      DocumentFrequencies::load(folder_ / "df");
    } catch (const ModelError& error) {
      return error.what();
    }
    return "no error";
  }
  void expect_problem(const std::string& message, const std::string& part) const {
    EXPECT_NE(message.find(part), std::string::npos) << message;
    EXPECT_NE(message.find("df"), std::string::npos) << message;
  }
  TemporaryFolder folder_;
};

TEST_F(FrequenciesFile, DamageIsNamed) {
  EXPECT_EQ(problem(2, "a\nb\n", {1, 2, 0, 0}, {2}), "no error");
  expect_problem(problem(2, "a\nb", {1, 0, 0, 0}, {1}), "its last token is cut");
  expect_problem(problem(2, "a\na\n", {1, 0, 0, 0}, {1}), "a token twice");
  expect_problem(problem(2, "a\n", {1, 0, 0, 0}, {}), "one count");
  expect_problem(problem(2, "a\n", {1, 0, 1, 0}, {1}), "gap");
  expect_problem(problem(2, "a\n", {0, 0, 0, 0}, {1}), "gap");
  expect_problem(problem(2, "a\n", {2, 0, 0, 0}, {1}), "not there");
  expect_problem(problem(2, "a\n", {1, 0, 0, 0}, {3}), "more documents");
  expect_problem(problem(2, "a\n", {1, 0, 0, 0}, {0}), "more documents");
  expect_problem(problem(2, "a\n", {1, 0, 0, 0, 1, 0, 0, 0}, {1, 1}), "twice");
  expect_problem(problem(2, "a\n", {1, 0, 0, 0}, {1}, "weights"), "--save-frequencies");
  // Any number of documents may be claimed; none takes memory.
  EXPECT_EQ(problem(uint64_t{1} << 60U, "a\n", {1, 0, 0, 0}, {4000000000U}), "no error");
  const auto huge =
      std::make_shared<const DocumentFrequencies>(DocumentFrequencies::load(folder_ / "df"));
  EXPECT_NEAR(CaptionScorer({{{"a", "b"}}}, {.frequencies = huge}).score(0, {"a", "b"})["cider"], 5,
              1e-12);  // its two orders of four are perfect
}

}  // namespace
}  // namespace storyteller::frequencies_file_test
