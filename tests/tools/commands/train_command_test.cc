// `storyteller train`: what a run leaves behind, and where its settings come from.
#include <gtest/gtest.h>

#include <set>

#include <nlohmann/json.hpp>

#include "tests/tools/commands/command_test.h"

namespace storyteller::train_command_test {
namespace {

class TrainCommand : public CommandTest {
 protected:
  Ended train(std::vector<std::string> more, const ProgramOptions& options = {}) const {
    std::vector<std::string> arguments = {
        "train",    "--data", "scenes:train=3,val=2", "--out", folder_ / "run", "--set",
        "hidden=8", "--set",  "embedding=4",          "--set", "attention=4"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_storyteller(std::move(arguments), options);
  }
  nlohmann::json config() const {
    return nlohmann::json::parse(file_text(folder_ / "run/config.json"));
  }
};

TEST_F(TrainCommand, PrintsTheModelAndLeavesAModelAStateAndALog) {
  const Ended ended = train({"--set", "epochs=2", "--set", "detector_epochs=0", "--threads", "2"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(ended.out, (folder_ / "run/best.storyteller").string() + "\n");
  EXPECT_NE(ended.err.find("3 pictures, 15 captions"), std::string::npos) << ended.err;
  EXPECT_NE(ended.err.find("epoch 2"), std::string::npos) << ended.err;
  EXPECT_EQ(ended.err.find('\x1b'), std::string::npos) << "nothing is animated in a file";
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder_ / "run")) {
    names.insert(entry.path().filename());
  }
  EXPECT_EQ(names, (std::set<std::string>{"best.storyteller", "config.json", "last.storyteller",
                                          "log.csv"}));
  EXPECT_EQ(lines_of(file_text(folder_ / "run/log.csv")).size(), 3U);
  // Both files are models.
  for (const char* name : {"best.storyteller", "last.storyteller"}) {
    const Ended said = run_storyteller({"caption", "--model", folder_ / "run" / name, scene()});
    EXPECT_EQ(said.code, 0) << said.err;
    EXPECT_EQ(lines_of(said.out).size(), 1U);
  }
}

TEST_F(TrainCommand, ValidatesByTheMetricsThatAreChosen) {
  const Ended ended = train({"--set", "epochs=1", "--set", "metrics=cider,rouge_l"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  EXPECT_NE(ended.err.find("CIDEr"), std::string::npos) << ended.err;
  EXPECT_EQ(ended.err.find("BLEU"), std::string::npos) << ended.err;
  EXPECT_EQ(config()["metrics"], "cider,rouge_l");
  // A model file whose history lacks some scores is read again.
  EXPECT_EQ(train({"--resume", "--set", "epochs=2"}).code, 0);
  std::filesystem::remove_all(folder_ / "run");
  EXPECT_EQ(train({"--set", "epochs=1", "--set", "metrics=bleu", "--set", "selection=bleu-4"}).code,
            0);
  std::filesystem::remove_all(folder_ / "run");
  for (const auto& [metrics, hint] : {std::pair("metrics=bleu", "cider is missing"),
                                      std::pair("selection=meteor", "meteor is missing"),
                                      std::pair("selection=cidr", "did you mean 'cider'"),
                                      std::pair("metrics=cidr", "did you mean 'cider'")}) {
    const Ended wrong = train({"--set", "epochs=1", "--set", metrics});
    EXPECT_EQ(wrong.code, 2) << wrong.err;
    EXPECT_NE(wrong.err.find(hint), std::string::npos) << wrong.err;
  }
}

TEST_F(TrainCommand, TheWordDetectorLearnsFirstButNeverLast) {
  const Ended ended = train({"--set", "epochs=2"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  EXPECT_NE(ended.err.find("epoch 1  word detector alone, loss 1."), std::string::npos)
      << ended.err;
  EXPECT_NE(ended.err.find("epoch 2  loss"), std::string::npos) << ended.err;
  EXPECT_EQ(lines_of(file_text(folder_ / "run/log.csv")).size(), 2U);  // header and epoch 2
}

TEST_F(TrainCommand, TrainsForRewardsAndTellsWhich) {
  const Ended wrong =
      train({"--set", "self_critical_epochs=1", "--set", "self_critical_reward=cidre"});
  EXPECT_EQ(wrong.code, 2);
  EXPECT_NE(wrong.err.find("did you mean 'cider'"), std::string::npos) << wrong.err;

  const Ended ended = train({"--set", "epochs=2", "--set", "self_critical_epochs=1", "--set",
                             "self_critical_samples=2", "--set", "self_critical_anchor=0.5"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  EXPECT_NE(ended.err.find("samples  advantage "), std::string::npos) << ended.err;
  EXPECT_NE(ended.err.find("reward "), std::string::npos) << ended.err;
  const std::string log = file_text(folder_ / "run/log.csv");
  EXPECT_NE(log.find(",training_reward"), std::string::npos) << log;

  const std::string signature = "STANDARD_wInit+Cider-D[n4,s6.0]+average[nspi2]+1.0.0";
  const std::vector<std::string> command = {"evaluate", "--data", "scenes:train=3,val=2", "--model",
                                            folder_ / "run/best.storyteller"};
  EXPECT_NE(run_storyteller(command).out.find(signature), std::string::npos);
  std::vector<std::string> with_json = command;
  with_json.emplace_back("--json");
  const auto scores = nlohmann::json::parse(run_storyteller(with_json).out);
  EXPECT_EQ(scores.at("trained_for"), std::vector<std::string>{signature});
}

TEST_F(TrainCommand, FlagBeatsEnvironmentBeatsFileBeatsRecipe) {
  write("settings.json",
        R"({"epochs": 1, "batch_size": 11, "learning_rate": 0.011, "beta1": 0.5})");
  const Ended ended = train(
      {"--config", folder_ / "settings.json", "--set", "batch_size=13", "--seed", "5"},
      {.environment = {{"STORYTELLER_BATCH_SIZE", "12"}, {"STORYTELLER_LEARNING_RATE", "0.012"}}});
  ASSERT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(config()["batch_size"], 13);
  EXPECT_EQ(config()["learning_rate"], 0.012);
  EXPECT_EQ(config()["beta1"], 0.5);
  EXPECT_EQ(config()["seed"], 5);
  EXPECT_EQ(config()["encoder"], "form_color_cnn");

  // Resuming needs no setting again.
  const Ended resumed = run_storyteller({"train", "--data", "scenes:train=3,val=2", "--out",
                                         folder_ / "run", "--resume", "--set", "epochs=2"});
  ASSERT_EQ(resumed.code, 0) << resumed.err;
  EXPECT_NE(resumed.err.find("resumed at step 2 of 4"), std::string::npos) << resumed.err;
  EXPECT_EQ(config()["batch_size"], 13);
  EXPECT_EQ(config()["epochs"], 2);
}

TEST_F(TrainCommand, EqualSeedsGiveEqualBitsAndOthersDoNot) {
  const auto weights = [&](const char* seed) {
    std::filesystem::remove_all(folder_ / "run");
    EXPECT_EQ(train({"--set", "epochs=1", "--seed", seed}).code, 0);
    const Ended scored = run_storyteller(
        {"caption", "--json", "--model", folder_ / "run/best.storyteller", scene()});
    return scored.out;
  };
  const std::string first = weights("1");
  EXPECT_EQ(weights("1"), first);
  EXPECT_NE(weights("2"), first);
}

}  // namespace
}  // namespace storyteller::train_command_test
