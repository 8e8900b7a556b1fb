#include "train/objectives/objective_list.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "tests/temporary_folder.h"
#include "train/curriculum.h"

namespace storyteller::objective_list_test {
namespace {

using Objectives = std::vector<WeightedObjective>;

TEST(ObjectiveList, NamesObjectivesAndTheirWeights) {
  EXPECT_EQ(parse_objectives("cross_entropy", ""), (Objectives{{"cross_entropy", 1}}));
  EXPECT_EQ(parse_objectives("distillation:0.75, cross_entropy:1e-2,", ""),
            (Objectives{{"distillation", 0.75}, {"cross_entropy", 0.01}}));
}

TEST(ObjectiveList, RefusesWhatCannotBeLearnedThatWay) {
  const auto refusal = [](const char* list) {
    return message_of<UsageError>([&] { parse_objectives(list, "`objectives`"); });
  };
  for (const auto& [list, part] :
       {std::pair("distilation", "unknown objective 'distilation'; did you mean 'distillation'?"),
        {"perplexity", "(there are cross_entropy, distillation)"},
        {"cross_entropy,self_critical:0.5", "self_critical is turned on by `self_critical_epochs`"},
        {"word_detection", "`presence_weight`"},
        {"cross_entropy,cross_entropy:2", "cross_entropy is named twice"},
        {"cross_entropy:0", "the weight of cross_entropy must be a number above 0, not '0'"},
        {"cross_entropy:1x", "not '1x'"},
        {" ,", "name at least one objective"}}) {
    const std::string message = refusal(list);
    EXPECT_NE(message.find(part), std::string::npos) << message;
    EXPECT_EQ(message.find("`objectives`: "), 0U) << message;
  }
}

TEST(ObjectiveList, TeachersAndThoseWhoLearnFromThemGoTogether) {
  const auto refusal = [](const char* list, size_t teachers) {
    return message_of<UsageError>(
        [&] { check_teachers(parse_objectives(list, "`objectives`"), false, teachers); });
  };
  const std::string none = refusal("cross_entropy,distillation", 0);
  EXPECT_NE(none.find("distillation learns from models"), std::string::npos) << none;
  const std::string unasked = refusal("cross_entropy", 2);
  EXPECT_NE(unasked.find("no objective learns from it"), std::string::npos) << unasked;
  check_teachers(parse_objectives("cross_entropy,distillation", ""), false, 2);
  check_teachers(parse_objectives("cross_entropy", ""), false, 0);
  check_teachers(parse_objectives("cross_entropy", ""), true, 1);
  for (const size_t teachers : {0, 2}) {
    const std::string problem = message_of<UsageError>(
        [&] { check_teachers(parse_objectives("cross_entropy", ""), true, teachers); });
    EXPECT_TRUE(problem.starts_with("`self_critical_loss`=ppo compares the model with one other"))
        << problem;
  }
}

TEST(ObjectiveList, IsWhatCaptionsAreLearnedForInEpochsWithoutRewards) {
  TrainOptions options;
  options.epochs = 4;
  options.detector_epochs = 1;
  options.objectives = "cross_entropy:0.25,distillation:0.75";
  options.self_critical = {.epochs = 1, .anchor = 0.5};
  const Curriculum curriculum = make_curriculum(options, {.word_detector = true});
  EXPECT_EQ(curriculum.at(0).objectives, (Objectives{{"word_detection", 1}}));
  EXPECT_EQ(curriculum.at(1).objectives,
            (Objectives{{"cross_entropy", 0.25}, {"distillation", 0.75}, {"word_detection", 1}}));
  EXPECT_EQ(curriculum.at(3).objectives,
            (Objectives{{"cross_entropy", 0.5}, {"self_critical", 0.5}, {"word_detection", 1}}));
}

}  // namespace
}  // namespace storyteller::objective_list_test
