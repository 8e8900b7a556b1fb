// Scores against the published ones of coco-caption and nlg-eval.
#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/real_data.h"
#include "train/metrics/caption_scorer.h"

namespace storyteller {
namespace {

Tokens words(const std::string& text) {
  std::istringstream in(text);
  Tokens out;
  for (std::string word; in >> word;) out.push_back(word);
  return out;
}

TEST(CaptionScorerGolden, CocoCaptionsOnTheFirstHundred) {
  STORYTELLER_REQUIRE_DATA(path, "metrics/fakecap_100.json");
  const auto golden = nlohmann::json::parse(std::ifstream(path));
  TokenizedReferences references;
  std::vector<Tokens> hypotheses;
  for (const auto& image : golden["per_image"]) {
    hypotheses.push_back(words(image["test_ptb"].get<std::string>()));
    references.emplace_back();
    for (const auto& text : image["refs_ptb"]) {
      references.back().push_back(words(text.get<std::string>()));
    }
  }
  ScorerOptions options;
  options.metrics = parse_metrics("bleu,rouge-l,meteor,cider", "");
  options.meteor =
      std::make_shared<const MeteorResources>(MeteorResources::open(path.parent_path() / "meteor"));
  const CaptionScores scores = CaptionScorer(references, options).score_all(hypotheses);
  const auto& overall = golden["overall"];
  EXPECT_NEAR(scores.rouge_l, overall["ROUGE_L"].get<double>(), 1e-9);
  EXPECT_NEAR(scores.cider, overall["CIDEr"].get<double>(), 1e-9);
  for (int n = 0; n < kMaxOrder; ++n) {
    EXPECT_NEAR(scores.bleu[n], overall["Bleu"][n].get<double>(), 1e-9);
  }
  for (size_t i = 0; i < hypotheses.size(); ++i) {
    const auto& image = golden["per_image"][i];
    EXPECT_NEAR(scores.each[i].rouge_l, image["ROUGE_L"].get<double>(), 1e-9) << i;
    EXPECT_NEAR(scores.each[i].cider, image["CIDEr"].get<double>(), 1e-9) << i;
    EXPECT_NEAR(scores.each[i].meteor, image["METEOR_nopara"].get<double>(), 1e-6) << i;
    for (int n = 0; n < kMaxOrder; ++n) {
      EXPECT_NEAR(scores.each[i].bleu[n], image["Bleu"][n].get<double>(), 1e-9) << i;
    }
  }
}

TEST(CaptionScorerGolden, NlgEvalExample) {
  STORYTELLER_REQUIRE_DATA(folder, "metrics");
  const auto lines = [&](const char* name) {
    std::ifstream in(folder / name);
    std::vector<Tokens> out;
    for (std::string line; std::getline(in, line);) out.push_back(words(line));
    return out;
  };
  const auto first = lines("nlg_eval_ref1.txt");
  const auto second = lines("nlg_eval_ref2.txt");
  ASSERT_EQ(first.size(), 2U);
  const CaptionScorer scorer({{first[0], second[0]}, {first[1], second[1]}});
  const CaptionScores scores = scorer.score_all(lines("nlg_eval_hyp.txt"));
  const std::array<double, 4> bleu = {0.55, 0.428174, 0.284043, 0.201143};
  for (int n = 0; n < kMaxOrder; ++n) EXPECT_NEAR(scores.bleu[n], bleu[n], 1e-5);
  EXPECT_NEAR(scores.rouge_l, 0.522104, 1e-5);
  EXPECT_NEAR(scores.cider, 1.242192, 1e-5);
}

}  // namespace
}  // namespace storyteller
