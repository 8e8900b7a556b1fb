#include "train/session/unread_settings.h"

#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/error.h"
#include "tests/temporary_folder.h"
#include "train/session/recipe.h"

namespace storyteller::unread_settings_test {
namespace {

/// What is wrong with settings on the command line and in a file; empty: nothing.
std::string problem_of(const std::vector<std::string>& settings, const std::string& file = "",
                       const std::string& data = "flickr8k:folder") {
  Recipe recipe = recipe_for(data);
  Config config;
  declare(recipe, config);
  if (!file.empty()) config.load_json(file, Config::Source::kFile, "file");
  for (const std::string& setting : settings) config.assign(setting);
  take_defaults_of_kind(recipe.model.decoder, config);
  take_training_defaults_of_kind(recipe.model.decoder, config);
  try {
    require_read_settings(config);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

TEST(UnreadSettings, OfAnotherKindOfDecoderAreNamed) {
  EXPECT_EQ(problem_of({"semi_sampling=0.3"}),
            "`semi_sampling`: only decoder=hard reads it, and decoder is soft; leave it out or set "
            "decoder=hard");
  EXPECT_EQ(problem_of({"decoder=adaptive", "region_reward=2", "region_entropy=0.1"}),
            "`region_reward`, `region_entropy`: only decoder=hard reads them, and decoder is "
            "adaptive; leave them out or set decoder=hard");
  const std::string fixed = problem_of({"decoder=fixed", "gate=none", "coverage_weight=0"});
  EXPECT_TRUE(fixed.starts_with("`gate`, `coverage_weight`: only decoder=soft, hard, ")) << fixed;
  EXPECT_NE(fixed.find(" read them, and decoder is fixed"), std::string::npos) << fixed;
  for (const auto& [kind, value] : decoder_choices()) {
    EXPECT_EQ(problem_of({"decoder=" + kind, "image_input=every"}).empty(), kind == "fixed");
    EXPECT_EQ(problem_of({"decoder=" + kind, "decoding_region=argmax"}).empty(), kind == "hard");
    EXPECT_EQ(problem_of({"decoder=" + kind, "score=relu"}).empty(), kind != "fixed");
    EXPECT_EQ(problem_of({"decoder=" + kind, "initial_state=mlp"}).empty(), kind != "fixed");
  }
  EXPECT_EQ(problem_of({"decoder=fixed", "image_input=state", "initial_state=mlp"}), "");
}

TEST(UnreadSettings, OfConceptsThatTheModelHasNotAreNamed) {
  EXPECT_EQ(problem_of({"concept_bonus=2", "concept_inputs=4"}),
            "`concept_inputs`, `concept_bonus`: nothing reads them while concepts is 0; leave them "
            "out or set another concepts");
  EXPECT_EQ(problem_of({"concept_bonus=2", "concepts=30"}), "");
}

TEST(UnreadSettings, OfAnotherRuleOrScheduleAreNamed) {
  EXPECT_NE(problem_of({"momentum=0.5"}).find("optimizer=sgd"), std::string::npos);
  EXPECT_EQ(problem_of({"momentum=0.5", "optimizer=nesterov"}), "");
  EXPECT_NE(problem_of({"beta1=0.8", "optimizer=sgd"}), "");
  EXPECT_NE(problem_of({"schedule=constant", "schedule_floor=0.1"}), "");
  EXPECT_NE(problem_of({"schedule_decay=0.5", "schedule=cosine"}), "");
  EXPECT_NE(problem_of({"scheduled_sampling_every=2"}).find("scheduled_sampling is off"),
            std::string::npos);
  EXPECT_EQ(problem_of({"scheduled_sampling_every=2", "scheduled_sampling=linear"}), "");
  EXPECT_NE(problem_of({"scheduled_sampling_decay=5", "scheduled_sampling=linear"}), "");
  EXPECT_NE(problem_of({"self_critical_mean=captions", "self_critical_loss=risk",
                        "self_critical_epochs=1"}),
            "");
  for (const char* setting : {"self_critical_clip=0.1", "self_critical_divergence=0"}) {
    EXPECT_NE(problem_of({setting, "self_critical_epochs=1"}), "");
    EXPECT_EQ(problem_of({setting, "self_critical_epochs=1", "self_critical_loss=ppo"}), "");
  }
  EXPECT_NE(problem_of({"concept_drop=0.1"}).find("nothing reads it while concepts is 0"),
            std::string::npos);
  EXPECT_EQ(problem_of({"concept_drop=0.1", "concepts=100"}), "");
  EXPECT_NE(problem_of({"presence_weight=1"}), "");
  EXPECT_EQ(problem_of({"presence_weight=1"}, "", "scenes"), "");
}

TEST(UnreadSettings, OfWhatIsTurnedOffAreNamed) {
  EXPECT_EQ(problem_of({"self_critical_samples=3", "self_critical_mean=captions"}),
            "`self_critical_samples`, `self_critical_mean`: nothing reads them while "
            "self_critical_epochs is 0; leave them out or set another self_critical_epochs");
  for (const char* setting : {"samples=3", "reward=bleu_4", "baseline=greedy", "loss=risk",
                              "mean=captions", "dropout=true", "anchor=0.2"}) {
    const std::string given = std::string("self_critical_") + setting;
    EXPECT_NE(problem_of({given}), "") << given;
    EXPECT_EQ(problem_of({given, "self_critical_epochs=1"}), "") << given;
  }
  EXPECT_EQ(problem_of({"scheduled_sampling=linear", "scheduled_sampling_rate=0",
                        "scheduled_sampling_max=0.5"}),
            "`scheduled_sampling_max`: nothing reads it while scheduled_sampling_rate is 0; leave "
            "it out or set another scheduled_sampling_rate");
  EXPECT_NE(problem_of({"scheduled_sampling=exponential", "scheduled_sampling_max=0",
                        "scheduled_sampling_decay=0.5"}),
            "");
  EXPECT_EQ(problem_of({"scheduled_sampling=exponential", "scheduled_sampling_decay=0.5"}), "");
  EXPECT_NE(problem_of({"encoder_rate=0.1"}), "");
  EXPECT_EQ(problem_of({"encoder_rate=0.1", "encoder_training=features.7"}), "");
}

TEST(UnreadSettings, FilesThatTrainWroteStayReadable) {
  for (const char* data : {"scenes", "flickr8k:folder"}) {
    for (const auto& [kind, value] : decoder_choices()) {
      Recipe recipe = recipe_for(data);
      Config written;
      declare(recipe, written);
      written.assign("decoder=" + kind);
      take_defaults_of_kind(recipe.model.decoder, written);
      take_training_defaults_of_kind(recipe.model.decoder, written);
      for (const char* other : {"scenes", "flickr8k:folder"}) {
        for (const char* then : {"soft", "fixed"}) {
          EXPECT_EQ(problem_of({std::string("decoder=") + then, "output=plain"}, written.to_json(),
                               other),
                    "")
              << kind << " of " << data;
        }
      }
    }
  }
}

TEST(UnreadSettings, TheirPlaceIsNamed) {
  EXPECT_EQ(problem_of({}, R"({"semi_sampling": 0.3})").substr(0, 28),
            "semi_sampling of `config`: o");
  EXPECT_EQ(problem_of({}, R"({"semi_sampling": 0.3, "decoder": "hard"})"), "");
  ::setenv("STORYTELLER_IMAGE_INPUT", "every", 1);
  Recipe recipe = recipe_for("scenes");
  Config config;
  declare(recipe, config);
  config.load_environment();
  ::unsetenv("STORYTELLER_IMAGE_INPUT");
  const std::string problem = message_of<UsageError>([&] { require_read_settings(config); });
  EXPECT_TRUE(problem.starts_with("STORYTELLER_IMAGE_INPUT: only decoder=fixed ")) << problem;
}

}  // namespace
}  // namespace storyteller::unread_settings_test
