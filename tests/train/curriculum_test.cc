#include "train/curriculum.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "tests/temporary_folder.h"

namespace storyteller::curriculum_test {
namespace {

using Names = std::vector<std::string>;

Names names_of(const Phase& phase) {
  Names names;
  for (const WeightedObjective& objective : phase.objectives) names.push_back(objective.name);
  return names;
}

TEST(Curriculum, OfACaptionerAloneIsOnePhase) {
  const Curriculum curriculum = make_curriculum({}, {});
  ASSERT_EQ(curriculum.entries().size(), 1U);
  const Phase& phase = curriculum.at(99);
  EXPECT_EQ(names_of(phase), Names{"cross_entropy"});
  EXPECT_TRUE(phase.frozen.empty());
  EXPECT_TRUE(phase.validates);
}

TEST(Curriculum, LetsTheWordDetectorLearnAloneButNeverToTheEnd) {
  TrainOptions options;
  options.epochs = 7;
  for (const auto& [wanted, alone] : {std::pair{4, 4}, {6, 6}, {7, 6}, {100, 6}, {0, 0}}) {
    options.detector_epochs = wanted;
    const Curriculum curriculum = make_curriculum(options, {.word_detector = true});
    for (int64_t epoch = 0; epoch < options.epochs; ++epoch) {
      const Phase& phase = curriculum.at(epoch);
      EXPECT_EQ(phase.validates, epoch >= alone) << wanted << ' ' << epoch;
      EXPECT_EQ(names_of(phase), epoch >= alone ? Names({"cross_entropy", "word_detection"})
                                                : Names{"word_detection"});
    }
  }
  options.presence_weight = 0;
  const Curriculum curriculum = make_curriculum(options, {.word_detector = true});
  EXPECT_EQ(names_of(curriculum.at(0)), Names{"cross_entropy"});
}

TEST(Curriculum, WakesAnEncoderThatIsFineTunedAndNoOther) {
  TrainOptions options;
  options.encoder_frozen_epochs = 2;
  const Curriculum frozen = make_curriculum(options, {.pretrained_encoder = true});
  EXPECT_TRUE(frozen.at(1000).is_frozen(kEncoderGroup));
  const Curriculum tuned =
      make_curriculum(options, {.pretrained_encoder = true, .fine_tuned_encoder = true});
  EXPECT_TRUE(tuned.at(1).is_frozen(kEncoderGroup));
  EXPECT_FALSE(tuned.at(2).is_frozen(kEncoderGroup));
  EXPECT_FALSE(make_curriculum(options, {}).at(0).is_frozen(kEncoderGroup))
      << "it starts from nothing";
  options.encoder_frozen_epochs = 0;
  EXPECT_FALSE(make_curriculum(options, {.pretrained_encoder = true, .fine_tuned_encoder = true})
                   .at(0)
                   .is_frozen(kEncoderGroup));
}

TEST(Curriculum, WantsItsPhasesInOrder) {
  const auto refuses = [](std::vector<Curriculum::Entry> entries) {
    message_of<InternalError>([&] { Curriculum{std::move(entries)}; });
  };
  refuses({});
  refuses({{.from = 1, .phase = {}}});
  refuses({{.from = 0, .phase = {}}, {.from = 3, .phase = {}}, {.from = 3, .phase = {}}});
}

}  // namespace
}  // namespace storyteller::curriculum_test
