// What is said of a stream when: by pictures of plain colours and a network that only knows those.
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "model/image/image.h"
#include "tools/apps/speak/narrator.h"
#include "tools/apps/speak/scene_signs.h"
#include "tools/apps/speak/scene_watch.h"

namespace storyteller::speak::scenes_test {
namespace {

using Texts = std::vector<std::string>;

/// Left half of one shade, right half of another, and a pattern that is sharp.
Image picture(std::uint8_t left, std::uint8_t right, bool sharp = true) {
  Image image = solid_image(256, 256, {left, left, left});
  for (int y = 0; y < 256; ++y) {
    for (int x = 128; x < 256; ++x) image.row(y)[3 * x + 1] = right;
    for (int x = 0; sharp && y % 4 < 2 && x < 256; ++x) image.row(y)[3 * x] = 255;
  }
  return image;
}

TEST(SceneSigns, MeasureBrightnessAndSharpness) {
  const Luminance black = luminance_of(solid_image(50, 40, {}));
  const Luminance white = luminance_of(solid_image(9, 90, {255, 255, 255}));
  EXPECT_EQ(mean(black), 0);
  EXPECT_EQ(mean(white), 255);
  EXPECT_EQ(difference(black, white), 255);
  EXPECT_EQ(difference(white, white), 0);
  EXPECT_EQ(sharpness_of(solid_image(300, 300, {9, 200, 7})), 0);
  Image checked = solid_image(256, 256, {});
  for (int y = 0; y < 256; ++y) {
    for (int x = 0; x < 256; ++x) checked.row(y)[3 * x + 1] = (x / 4 + y / 4) % 2 == 0 ? 0 : 200;
  }
  EXPECT_GT(sharpness_of(checked), 1000);
  EXPECT_NEAR(cosine(std::vector{1.F, 0.F}, std::vector{1.F, 1.F}), 0.7071, 1e-4);
  EXPECT_EQ(cosine(std::vector{0.F, 0.F}, std::vector{1.F, 1.F}), 0);
}

using Verdict = SceneWatch::Verdict;

/// Features at an angle to each other.
std::vector<float> at_angle(double degrees) {
  const double radians = degrees / 57.29578;
  return {static_cast<float>(std::cos(radians)), static_cast<float>(std::sin(radians))};
}

TEST(SceneWatch, WantsTwoFramesForAChange) {
  SceneWatch watch;
  const Luminance plain{};
  EXPECT_EQ(watch.look(plain, at_angle(0), 0), Verdict::kNew);
  watch.settle(plain, at_angle(0));
  EXPECT_EQ(watch.look(plain, at_angle(45), 1), Verdict::kSame);  // cosine .71
  EXPECT_EQ(watch.look(plain, at_angle(60), 2), Verdict::kUnsettled);
  EXPECT_EQ(watch.look(plain, at_angle(20), 3), Verdict::kSame);  // the camera shook
  EXPECT_EQ(watch.look(plain, at_angle(80), 4), Verdict::kUnsettled);
  EXPECT_EQ(watch.look(plain, at_angle(140), 5), Verdict::kUnsettled);  // still moving
  EXPECT_EQ(watch.look(plain, at_angle(150), 6), Verdict::kNew);
}

TEST(SceneWatch, ComparesWithTheSceneThatWasToldNotWithTheLastFrame) {
  SceneWatch watch;
  const Luminance plain{};
  watch.settle(plain, at_angle(0));
  for (int degrees = 5; degrees <= 50; degrees += 5) {
    EXPECT_EQ(watch.look(plain, at_angle(degrees), degrees), Verdict::kSame) << degrees;
  }
  EXPECT_EQ(watch.look(plain, at_angle(55), 60), Verdict::kUnsettled);
}

TEST(SceneWatch, SpeaksOfASceneThatNeverRests) {
  SceneWatch watch(SceneLimits{.unsettled = 6});
  const Luminance plain{};
  watch.settle(plain, at_angle(0));
  EXPECT_EQ(watch.look(plain, at_angle(90), 10), Verdict::kUnsettled);
  EXPECT_EQ(watch.look(plain, at_angle(180), 13), Verdict::kUnsettled);
  EXPECT_EQ(watch.look(plain, at_angle(270), 16), Verdict::kNew);
}

TEST(SceneWatch, NeedsNoLookWhereBrightnessHasNotChanged) {
  SceneWatch watch;
  Luminance shade{};
  shade.fill(100);
  EXPECT_EQ(watch.glance(shade), std::nullopt);
  watch.settle(shade, at_angle(0));
  shade.fill(102);
  EXPECT_EQ(watch.glance(shade), Verdict::kSame);
  shade.fill(103);
  EXPECT_EQ(watch.glance(shade), std::nullopt);
  // One that creeps on is looked at in the end, and then compared with itself.
  EXPECT_EQ(watch.look(shade, at_angle(10), 0), Verdict::kSame);
  shade.fill(105);
  EXPECT_EQ(watch.glance(shade), Verdict::kSame);
  // A change must be seen twice, whatever the brightness says.
  EXPECT_EQ(watch.look(shade, at_angle(90), 1), Verdict::kUnsettled);
  EXPECT_EQ(watch.glance(shade), std::nullopt);
}

/// Sees the shade of the left half as a direction, and has a sentence for each.
class ShadeSight : public Sight {
 public:
  Look look(const Image& image) override {
    ++looks;
    return {.pooled = at_angle(image.pixel(1, 5).b), .features = {}};
  }
  Told tell(const Look& look, std::uint64_t /*number*/) override {
    Told told;
    const auto degrees =
        static_cast<int>(std::lround(std::atan2(look.pooled[1], look.pooled[0]) * 57.29578));
    told.words = {"a", names[(degrees + 360) % 360 / 60 % 3]};
    told.sentence = told.words[0] + " " + told.words[1];
    told.assessment = {.confidence = 1, .photo = photo, .domain = 1, .grade = Grade::kSure};
    return told;
  }

  Texts names = {"dog", "cat", "horse"};
  double photo = 1;
  int looks = 0;
};

class NarratorTest : public testing::Test {
 protected:
  Narrator narrator(const Pace& pace) {
    return {sight, [](const std::vector<std::string>& words) { return words.back(); }, Phrasing{},
            pace,
            [this](const Remark& remark) {
              said.push_back(std::to_string(remark.frame) + " " + remark.text);
            }};
  }
  /// Frames of shades, ten a second.
  void watch(Narrator& narrator, const std::vector<int>& shades) {
    for (const int shade : shades) {
      narrator.frame(picture(static_cast<std::uint8_t>(shade), 0), ++number, now += 0.1);
    }
  }

  ShadeSight sight;
  Texts said;
  std::uint64_t number = 0;
  double now = 100;
};

TEST_F(NarratorTest, SaysASceneOnce) {
  Narrator narrator = this->narrator({.every = 0});
  watch(narrator, {0, 1, 5, 10, 0, 70, 70, 75, 75, 140, 140});
  EXPECT_EQ(said, (Texts{"1 A dog.", "7 A cat.", "11 A horse."}));
}

TEST_F(NarratorTest, LooksOnlyWhereSomethingChanged) {
  Narrator narrator = this->narrator({});
  watch(narrator, std::vector<int>(50, 20));
  EXPECT_EQ(sight.looks, 1);
  EXPECT_EQ(narrator.looked_at(), 1U);
}

TEST_F(NarratorTest, IsNotFooledByOneFrame) {
  Narrator narrator = this->narrator({.every = 0});
  watch(narrator, {0, 80, 0, 150, 0, 80, 0});
  EXPECT_EQ(said, Texts{"1 A dog."});
}

TEST_F(NarratorTest, KeepsTheLeastTimeBetweenSentences) {
  Narrator narrator = this->narrator({.every = 2});
  watch(narrator, {0, 70, 70, 140, 140});
  EXPECT_EQ(said, Texts{"1 A dog."});
  ASSERT_TRUE(narrator.due(now).has_value());
  EXPECT_NEAR(*narrator.due(now), 1.6, 1e-6);
  narrator.tick(now + 1.5);
  EXPECT_EQ(said.size(), 1U);
  // The newest is told, without a frame to remind of it.
  narrator.tick(now + 1.7);
  EXPECT_EQ(said, (Texts{"1 A dog.", "5 A horse."}));
  EXPECT_EQ(narrator.due(now + 1.7), std::nullopt);
}

TEST_F(NarratorTest, ForgetsAChangeThatWentAwayBeforeItsTime) {
  Narrator narrator = this->narrator({.every = 2});
  watch(narrator, {0, 70, 70, 0});
  narrator.tick(now + 10);
  EXPECT_EQ(said, Texts{"1 A dog."});
}

TEST_F(NarratorTest, TellsTheLastSceneOfAStreamThatEnds) {
  Narrator narrator = this->narrator({.every = 60});
  watch(narrator, {0, 0, 140});
  narrator.finish(now);
  EXPECT_EQ(said, (Texts{"1 A dog.", "3 A horse."}));
}

TEST_F(NarratorTest, IsQuietWhereTheSentenceWouldMeanTheSame) {
  sight.names = {"dog", "dog", "horse"};
  Narrator narrator = this->narrator({.every = 0});
  watch(narrator, {0, 70, 70, 75, 70});
  EXPECT_EQ(said, Texts{"1 A dog."});
  const int looks = sight.looks;
  watch(narrator, {70, 70, 70});  // as good as told
  EXPECT_EQ(sight.looks, looks);
  watch(narrator, {140, 140});
  EXPECT_EQ(said.size(), 2U);
}

TEST_F(NarratorTest, RepeatsAStillSceneWhenAsked) {
  Narrator quiet = this->narrator({.still = 0});
  quiet.frame(picture(0, 0), 1, 0);
  quiet.frame(picture(0, 0), 2, 1000);
  EXPECT_EQ(said.size(), 1U);
  said.clear();
  Narrator narrator = this->narrator({.still = 60});
  narrator.frame(picture(0, 0), 1, 0);
  narrator.frame(picture(0, 0), 2, 59);
  narrator.frame(picture(0, 0), 3, 60.5);
  narrator.frame(picture(0, 0), 4, 100);
  narrator.frame(picture(0, 0), 5, 121);
  EXPECT_EQ(said, (Texts{"1 A dog.", "3 Still: a dog.", "5 Still: a dog."}));
}

TEST_F(NarratorTest, HintsWhereNothingCanBeSeen) {
  sight.photo = 0.1;
  Narrator narrator = this->narrator({.every = 0, .still = 0, .hint = 10});
  const Image dark = solid_image(64, 64, {3, 3, 3}), blurred = picture(120, 130, false);
  narrator.frame(dark, 1, 0);
  narrator.frame(dark, 2, 5);
  narrator.frame(dark, 3, 11);
  narrator.frame(blurred, 4, 12);  // one hint in ten seconds
  narrator.frame(blurred, 5, 22);
  EXPECT_EQ(said, (Texts{"1 Too dark.", "3 Too dark.", "5 Not clear."}));
  // Sharp and bright, but no photograph: that is worth a sentence, once.
  narrator.frame(picture(200, 255), 6, 23);
  narrator.frame(picture(120, 255), 7, 24);
  narrator.frame(picture(120, 255), 8, 25);
  EXPECT_EQ(said.size(), 4U);
  EXPECT_EQ(said.back(), "6 This does not look like a photograph.");
}

TEST_F(NarratorTest, TellsADarkPhotographThatShowsSomething) {
  Narrator narrator = this->narrator({});
  narrator.frame(solid_image(64, 64, {3, 3, 3}), 1, 0);
  EXPECT_EQ(said, Texts{"1 A dog."});
}

}  // namespace
}  // namespace storyteller::speak::scenes_test
