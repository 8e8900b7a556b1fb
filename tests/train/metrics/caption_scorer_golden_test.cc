// Scores against the published ones of coco-caption and nlg-eval.
#include <gtest/gtest.h>

#include <array>

#include "tests/real_data.h"
#include "tests/train/metrics/published_captions.h"
#include "train/metrics/caption_scorer.h"
#include "train/metrics/meteor/meteor_resources.h"

namespace storyteller::caption_scorer_golden_test {
namespace {

TEST(CaptionScorerGolden, CocoCaptionsOnTheFirstHundred) {
  STORYTELLER_REQUIRE_DATA(path, "metrics/fakecap_100.json");
  const PublishedCaptions captions = coco_captions(path);
  ScorerOptions options;
  options.metrics = parse_metrics("bleu,rouge-l,meteor,cider", "");
  options.meteor =
      std::make_shared<const MeteorResources>(MeteorResources::open(path.parent_path() / "meteor"));
  const CaptionScores scores =
      CaptionScorer(captions.references, options).score_all(captions.hypotheses);
  const auto& overall = captions.scores["overall"];
  EXPECT_NEAR(scores["rouge_l"], overall["ROUGE_L"].get<double>(), 1e-9);
  EXPECT_NEAR(scores["cider"], overall["CIDEr"].get<double>(), 1e-9);
  for (int n = 0; n < kMaxOrder; ++n) {
    EXPECT_NEAR(scores["bleu_" + std::to_string(n + 1)], overall["Bleu"][n].get<double>(), 1e-9);
  }
  for (size_t i = 0; i < captions.hypotheses.size(); ++i) {
    const auto& image = captions.scores["per_image"][i];
    EXPECT_NEAR(scores.each[i]["rouge_l"], image["ROUGE_L"].get<double>(), 1e-9) << i;
    EXPECT_NEAR(scores.each[i]["cider"], image["CIDEr"].get<double>(), 1e-9) << i;
    EXPECT_NEAR(scores.each[i]["meteor"], image["METEOR_nopara"].get<double>(), 1e-6) << i;
    for (int n = 0; n < kMaxOrder; ++n) {
      EXPECT_NEAR(scores.each[i]["bleu_" + std::to_string(n + 1)], image["Bleu"][n].get<double>(),
                  1e-9)
          << i;
    }
  }
}

TEST(CaptionScorerGolden, NlgEvalExample) {
  STORYTELLER_REQUIRE_DATA(folder, "metrics");
  const PublishedCaptions captions = nlg_eval_captions(folder);
  ASSERT_EQ(captions.references.size(), 2U);
  const CaptionScores scores = CaptionScorer(captions.references).score_all(captions.hypotheses);
  const std::array<double, 4> bleu = {0.55, 0.428174, 0.284043, 0.201143};
  for (int n = 0; n < kMaxOrder; ++n)
    EXPECT_NEAR(scores["bleu_" + std::to_string(n + 1)], bleu[n], 1e-5);
  EXPECT_NEAR(scores["rouge_l"], 0.522104, 1e-5);
  EXPECT_NEAR(scores["cider"], 1.242192, 1e-5);
}

}  // namespace
}  // namespace storyteller::caption_scorer_golden_test
