#include "train/rewards/caption_reward.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "tests/temporary_folder.h"
#include "tests/train/tiny_training.h"
#include "train/text/ptb/tokenizer.h"

namespace storyteller::caption_reward_test {
namespace {

class Reward : public testing::Test {
 protected:
  static RewardedCaption caption(size_t image, const std::string& text, bool finished = true) {
    return {.image = image, .tokens = ptb_tokenize(text), .finished = finished};
  }
  CaptionReward reward(const std::string& terms) const {
    return {parse_reward(terms, "reward"), captions_};
  }
  double one(const std::string& terms, const RewardedCaption& caption) const {
    return reward(terms)(std::span(&caption, 1))[0];
  }

  TinyDataset dataset_{TinyDataset::varied_captions(12)};
  CaptionCorpus captions_{dataset_};
};

TEST_F(Reward, IsTheScoreOfTheCaptionWithItsEnd) {
  TokenizedReferences references;
  for (size_t i = 0; i < captions_.images(); ++i) {
    references.push_back(captions_.of_image(i));
    for (Tokens& tokens : references.back()) tokens.emplace_back("<end>");
  }
  const CaptionScorer scorer(references);
  for (const char* text : {"a red dog", "there is a green house by the sea", "a a a dog in a"}) {
    Tokens tokens = ptb_tokenize(text);
    EXPECT_DOUBLE_EQ(one("bleu_4", caption(1, text, false)), scorer.score(1, tokens)["bleu_4"]);
    tokens.emplace_back("<end>");
    const MetricScores scores = scorer.score(1, tokens);
    EXPECT_DOUBLE_EQ(one("cider", caption(1, text)), scores["cider"]);
    EXPECT_NEAR(one("cider:2,bleu_4:0.5", caption(1, text)),
                2 * scores["cider"] + 0.5 * scores["bleu_4"], 1e-12);
  }
}

// What is a fault in a report is one in a reward: invented objects cost.
TEST_F(Reward, FallsWhereLessIsBetter) {
  const RewardedCaption there = caption(0, captions_.of_image(0)[0][0]),
                        invented = caption(0, "a giraffe beside a bus and a pizza");
  EXPECT_EQ(one("chair-i", there), 0);
  EXPECT_EQ(one("chair-i", invented), -1);
  EXPECT_EQ(one("chair_s:3", invented), -3);
  EXPECT_EQ(one("chair-i", caption(0, "nothing at all")), 0);
  EXPECT_EQ(one("cider,chair-i:2", invented), one("cider", invented) - 2);
}

// A caption that stops in mid-sentence has every n-gram of the references but those of the end.
TEST_F(Reward, PunishesACaptionThatDoesNotEnd) {
  const std::string whole = captions_.of_image(0)[0][0] + " red dog";
  const double finished = one("cider", caption(0, whole)),
               cut = one("cider", caption(0, whole, false));
  EXPECT_GT(finished, cut);
  EXPECT_GT(one("cider", caption(0, "a red dog")), one("cider", caption(0, "a red dog with a")));
}

// n-grams that the references lack count as seen in no picture, and scoring them changes nothing.
TEST_F(Reward, OfUnknownWordsLeavesTheFrequenciesAlone) {
  const CaptionReward cider = reward("cider");
  const std::vector<RewardedCaption> known = {caption(2, "a blue tree")};
  const std::vector<double> before = cider(known);
  for (int i = 0; i < 100; ++i) {
    const RewardedCaption odd = caption(2, "qwertz " + std::to_string(i) + " <unk> zzz");
    EXPECT_GE(cider(std::span(&odd, 1))[0], 0);
  }
  EXPECT_EQ(cider(known), before);
}

TEST_F(Reward, OfManyIsThatOfEach) {
  const CaptionReward cider = reward("cider,rouge-l:0.1");
  std::vector<RewardedCaption> many;
  for (size_t i = 0; i < 300; ++i) {
    many.push_back(caption(i % 12, i % 2 == 0 ? "a red dog in a park" : "there is a boat", i % 3));
  }
  const std::vector<double> together = cider(many);
  for (size_t i = 0; i < many.size(); ++i) {
    EXPECT_EQ(together[i], cider(std::span(&many[i], 1))[0]);
  }
}

TEST_F(Reward, SignatureSaysHowTheEndCounts) {
  EXPECT_EQ(reward("cider").signature(), "STANDARD_wInit+Cider-D[n4,s6.0]");
  EXPECT_EQ(reward("cider,bleu-4:0.5").signature(), "STANDARD_wInit+Cider-D[n4,s6.0]+0.5*BLEU-4");
  EXPECT_EQ(reward("cider,chair-i:0.5").signature(), "STANDARD_wInit+Cider-D[n4,s6.0]-0.5*CHAIR-i");
}

TEST(ParseReward, RefusesWhatIsNoReward) {
  const auto refusal = [](const char* text) {
    return message_of<UsageError>([&] { parse_reward(text, "reward"); });
  };
  EXPECT_NE(refusal("cidre").find("did you mean 'cider'"), std::string::npos) << refusal("cidre");
  EXPECT_NE(refusal("").find("at least one"), std::string::npos);
  EXPECT_NE(refusal("cider:x").find("weight of cider"), std::string::npos);
  EXPECT_NE(refusal("cider:-1").find("above 0"), std::string::npos);
  EXPECT_NE(refusal("cider:nan").find("above 0"), std::string::npos);
  EXPECT_NE(refusal("cider:").find("weight"), std::string::npos);
}

}  // namespace
}  // namespace storyteller::caption_reward_test
