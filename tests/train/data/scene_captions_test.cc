#include "train/data/scene_captions.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "tests/train/data/scene_caption_checker.h"
#include "train/text/ptb/tokenizer.h"

namespace storyteller::scenes::scene_captions_test {
namespace {

TEST(SceneCaptions, AreGrammaticalAndTrue) {
  std::set<std::string> distinct;
  for (const Split split : {Split::kTrain, Split::kVal, Split::kTest}) {
    for (uint64_t i = 0; i < 3000; ++i) {
      const Scene scene = make_scene(1, split, i);
      for (const std::string& caption : captions(scene)) {
        distinct.insert(caption);
        ASSERT_EQ(CaptionChecker(scene, ptb_tokenize(caption)).check(), "")
            << split_name(split) << i;
      }
    }
  }
  EXPECT_GT(distinct.size(), 5000U);
}

// The checker itself must be able to fail.
TEST(SceneCaptions, CheckerRejectsLies) {
  Scene scene;
  scene.texture = Texture::kStriped;
  scene.objects = {{.shape = Shape::kStar,
                    .color = Color::kBlue,
                    .size = Size::kLarge,
                    .x = 0.2F,
                    .y = 0.5F,
                    .radius = 0.2F,
                    .angle = 0,
                    .jitter = 0},
                   {.shape = Shape::kSquare,
                    .color = Color::kOrange,
                    .size = Size::kSmall,
                    .x = 0.8F,
                    .y = 0.5F,
                    .radius = 0.1F,
                    .angle = 0,
                    .jitter = 0}};
  const auto verdict = [&](const std::string& text) {
    return CaptionChecker(scene, ptb_tokenize(text)).check();
  };
  EXPECT_EQ(verdict("The blue star is to the left of the orange square."), "");
  EXPECT_EQ(verdict("There is a blue star and an orange square."), "");
  for (const char* lie :
       {"The blue star is to the right of the orange square.", "A small blue star.", "A red star.",
        "Two blue stars.", "A orange square.", "There is a blue star.",
        "There are a blue star and an orange square.", "The blue star are above the orange square.",
        "A blue star on a spotted background.", "A blue star to the left", "A blue",
        "The star is orange.", "A blue star in the middle of the picture."}) {
    EXPECT_NE(verdict(lie), "") << lie;
  }
}

TEST(SceneCaptions, EveryCaptionOfASingleObjectNamesColorAndShape) {
  for (uint64_t i = 0; i < 1000; ++i) {
    const Scene scene = make_scene(1, Split::kVal, i);
    if (scene.objects.size() != 1) continue;
    for (const std::string& caption : captions(scene)) {
      EXPECT_NE(caption.find(name(scene.objects[0].color)), std::string::npos) << caption;
      EXPECT_NE(caption.find(name(scene.objects[0].shape)), std::string::npos) << caption;
    }
  }
}

TEST(SceneCaptions, AreSentences) {
  for (uint64_t i = 0; i < 500; ++i) {
    for (const std::string& caption : captions(make_scene(1, Split::kTrain, i))) {
      EXPECT_TRUE(caption.front() >= 'A' && caption.front() <= 'Z') << caption;
      EXPECT_EQ(caption.back(), '.') << caption;
      EXPECT_EQ(caption.find("  "), std::string::npos) << caption;
      EXPECT_LE(ptb_tokenize(caption).size(), 20U) << caption;
    }
  }
}

TEST(SceneCaptions, RelationsOfAllKindsOccur) {
  std::map<std::string_view, int> count;
  for (uint64_t i = 0; i < 3000; ++i) {
    for (const std::string& caption : captions(make_scene(1, Split::kTrain, i))) {
      for (const auto relation : kRelationNames) {
        if (caption.find(relation) != std::string::npos) ++count[relation];
      }
    }
  }
  for (const auto relation : kRelationNames) EXPECT_GT(count[relation], 50) << relation;
}

}  // namespace
}  // namespace storyteller::scenes::scene_captions_test
