#include "train/data/scene_scoring.h"

#include <gtest/gtest.h>

#include "train/data/pointing.h"
#include "train/data/scene_captions.h"
#include "train/data/scene_renderer.h"
#include "train/text/ptb/tokenizer.h"

namespace storyteller::scenes::scene_scoring_test {
namespace {

Scene scene_of(std::vector<std::pair<Color, Shape>> kinds) {
  Scene scene;
  for (const auto& [color, shape] : kinds) {
    scene.objects.push_back({.shape = shape,
                             .color = color,
                             .size = Size::kSmall,
                             .x = 0.5F,
                             .y = 0.5F,
                             .radius = 0.1F,
                             .angle = 0,
                             .jitter = 0});
  }
  return scene;
}

TEST(SceneScoring, NamesExactlyAcceptsTheTruthInManyWords) {
  const Scene scene = scene_of({{Color::kRed, Shape::kCircle}});
  for (const char* caption :
       {"a red circle", "A small red circle.", "the circle is small and red",
        "a circle that is red", "at the top of the picture there is a red circle",
        "a red circle on a striped background", "the red circle is in the middle of the picture"}) {
    EXPECT_TRUE(names_exactly(scene, ptb_tokenize(caption))) << caption;
  }
}

TEST(SceneScoring, NamesExactlyRejectsEverythingElse) {
  const Scene scene = scene_of({{Color::kRed, Shape::kCircle}});
  for (const char* caption :
       {"", "a circle", "a red", "red", "a blue circle", "a red square", "two red circles",
        "a red circle and a blue star", "a red blue circle", "a red circle that is blue",
        "a red circle and a circle", "a thing", "the red is a circle red"}) {
    EXPECT_FALSE(names_exactly(scene, ptb_tokenize(caption))) << caption;
  }
  const Scene two = scene_of({{Color::kRed, Shape::kCircle}, {Color::kBlue, Shape::kStar}});
  EXPECT_FALSE(names_exactly(two, ptb_tokenize("a red circle")));
}

TEST(SceneScoring, OwnCaptionsOfSinglesAlwaysScore) {
  int scenes = 0;
  for (uint64_t i = 0; i < 1500; ++i) {
    const Scene scene = make_scene(1, Split::kTest, i);
    if (scene.objects.size() != 1) continue;
    ++scenes;
    for (const std::string& caption : captions(scene)) {
      EXPECT_TRUE(names_exactly(scene, ptb_tokenize(caption))) << caption;
    }
  }
  EXPECT_GT(scenes, 400);
}

TEST(SceneScoring, WordsPointAtTheObjectsTheySpeakOf) {
  const Scene scene = scene_of({{Color::kRed, Shape::kCircle},
                                {Color::kBlue, Shape::kCircle},
                                {Color::kBlue, Shape::kStar}});
  const auto targets = word_targets(scene, ptb_tokenize("a blue star above two circles"));
  ASSERT_EQ(targets.size(), 3U);
  EXPECT_EQ(targets[0].word, 1);
  EXPECT_EQ(targets[0].objects, std::vector<int>{2});  // "blue" of the star alone
  EXPECT_EQ(targets[1].word, 2);
  EXPECT_EQ(targets[1].objects, std::vector<int>{2});
  EXPECT_EQ(targets[2].word, 5);
  EXPECT_EQ(targets[2].objects, (std::vector<int>{0, 1}));
  const auto predicate = word_targets(scene, ptb_tokenize("the circle is red"));
  ASSERT_EQ(predicate.size(), 2U);
  EXPECT_EQ(predicate[0].objects, std::vector<int>{0});
  EXPECT_EQ(predicate[1].word, 3);
  const auto wrong = word_targets(scene, ptb_tokenize("a green heart"));
  ASSERT_EQ(wrong.size(), 2U);
  EXPECT_TRUE(wrong[0].objects.empty());
}

TEST(SceneScoring, TrueCaptionsAlwaysHaveTargets) {
  for (uint64_t i = 0; i < 1000; ++i) {
    const Scene scene = make_scene(1, Split::kTrain, i);
    for (const std::string& caption : captions(scene)) {
      const auto targets = word_targets(scene, ptb_tokenize(caption));
      EXPECT_FALSE(targets.empty()) << caption;
      for (const WordTarget& target : targets) EXPECT_FALSE(target.objects.empty()) << caption;
      EXPECT_TRUE(read_mentions(ptb_tokenize(caption)).well_formed) << caption;
    }
  }
}

TEST(Pointing, CountsTheCentreOfTheHeaviestCell) {
  // 4x4 pixels, object 0 in the top left quarter, object 1 in the bottom right one.
  std::vector<ObjectMask> masks(2, {.width = 4, .height = 4, .inside = std::vector<uint8_t>(16)});
  for (const int at : {0, 1, 4, 5}) masks[0].inside[at] = 1;
  for (const int at : {10, 11, 14, 15}) masks[1].inside[at] = 1;
  const float attention[] = {0.7F, 0.1F, 0.1F, 0.1F, 0.1F, 0.1F, 0.1F, 0.7F};  // two words, 2x2
  EXPECT_TRUE(points_at(masks, {0}, attention, 2, 2));
  EXPECT_FALSE(points_at(masks, {1}, attention, 2, 2));
  EXPECT_TRUE(points_at(masks, {0, 1}, attention + 4, 2, 2));
  EXPECT_FALSE(points_at(masks, {}, attention, 2, 2));
  PointingScore score;
  score.add({{0, {0}}, {1, {0}}, {1, {0, 1}}, {1, {}}}, masks, attention, 2, 2);
  EXPECT_EQ(score.words(), 4U);
  EXPECT_DOUBLE_EQ(score.accuracy(), 0.5);
  EXPECT_DOUBLE_EQ(score.chance(), (0.25 + 0.25 + 0.5) / 4);
}

TEST(Pointing, AnOracleReachesFarAboveChance) {
  PointingScore score;
  for (uint64_t i = 0; i < 100; ++i) {
    const Scene scene = make_scene(1, Split::kVal, i);
    const auto masks = object_masks(scene, 96);
    const auto tokens = ptb_tokenize(captions(scene)[0]);
    const auto targets = word_targets(scene, tokens);
    std::vector<float> attention(tokens.size() * 144);  // 12 x 12 cells: share of right pixels
    for (const WordTarget& target : targets) {
      for (int p = 0; p < 96 * 96; ++p) {
        for (const int o : target.objects) {
          attention[static_cast<size_t>(target.word) * 144 + p / 96 / 8 * 12 + p % 96 / 8] +=
              masks[o].inside[p];
        }
      }
    }
    score.add(targets, masks, attention.data(), 12, 12);
  }
  EXPECT_GT(score.accuracy(), 0.95);
  EXPECT_LT(score.chance(), 0.20);
  EXPECT_GT(score.chance(), 0.02);
}

}  // namespace
}  // namespace storyteller::scenes::scene_scoring_test
