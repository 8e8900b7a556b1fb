// `storyteller evaluate` and `doctor`: scores, files, and nothing but results on stdout.
#include <gtest/gtest.h>

#include <algorithm>

#include <nlohmann/json.hpp>

#include "tests/tools/commands/command_test.h"

namespace storyteller {
namespace {

class EvaluateCommand : public CommandTest {
 protected:
  static Ended evaluate(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(),
                     {"evaluate", "--model", model(), "--data", "scenes:val=40,test=3"});
    return run_storyteller(std::move(arguments));
  }
};

TEST_F(EvaluateCommand, GivesScoresAsOneJsonObject) {
  const Ended ended = evaluate({"--json"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  ASSERT_EQ(lines_of(ended.out).size(), 1U);
  const auto json = nlohmann::json::parse(ended.out);
  EXPECT_EQ(json["pictures"], 40);
  EXPECT_GT(json["bleu_1"], 0.4) << "the model knows scenes a little";
  EXPECT_LE(json["bleu_4"], json["bleu_3"]);
  EXPECT_LE(json["bleu_3"], json["bleu_2"]);
  EXPECT_LE(json["bleu_2"], json["bleu_1"]);
  for (const char* score : {"bleu_4", "rouge_l", "cider", "exact_colour_and_shape",
                            "pointing_accuracy", "pointing_chance"}) {
    EXPECT_GE(json[score], 0) << score;
  }
  EXPECT_GT(json["single_held_out_objects"], 0);
  EXPECT_GE(json["distinct_captions"], 1);
  EXPECT_LE(json["distinct_captions"], 40);
}

TEST_F(EvaluateCommand, PrintsATableAndWritesResultsAndReport) {
  const std::string results = folder_ / "results.json", report = folder_ / "report.html";
  const Ended ended = evaluate({"--split", "test", "--results", results, "--report", report,
                                "--examples", "2", "--beam", "1"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  const auto table = lines_of(ended.out);
  ASSERT_GE(table.size(), 8U);
  EXPECT_TRUE(table[0].starts_with("pictures")) << table[0];
  EXPECT_NE(table[0].find(" 3"), std::string::npos) << table[0];
  for (const char* score : {"BLEU-1", "BLEU-4", "ROUGE-L", "CIDEr"}) {
    EXPECT_NE(ended.out.find(score), std::string::npos) << ended.out;
  }

  const auto json = nlohmann::json::parse(file_text(results));
  ASSERT_EQ(json.size(), 3U);
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(json[i]["image_id"], "scene-test-00000" + std::to_string(i));
    EXPECT_FALSE(json[i]["caption"].get<std::string>().empty());
  }
  const std::string page = file_text(report);
  EXPECT_TRUE(page.starts_with("<!DOCTYPE html>") || page.starts_with("<!doctype html>"));
  EXPECT_NE(page.find("</html>"), std::string::npos);
  EXPECT_NE(page.find("scene-test-000001"), std::string::npos);
  EXPECT_EQ(page.find("scene-test-000002"), std::string::npos) << "two examples were asked for";
  EXPECT_NE(page.find(json[0]["caption"].get<std::string>()), std::string::npos);
  EXPECT_EQ(folder_.files(), 2);
}

TEST_F(EvaluateCommand, ComputesTheMetricsThatAreChosen) {
  const Ended ended = evaluate({"--json", "--metrics", "plain-cider,rouge-l"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  const auto json = nlohmann::json::parse(ended.out);
  EXPECT_TRUE(json.contains("plain_cider") && json.contains("rouge_l")) << ended.out;
  EXPECT_FALSE(json.contains("cider") || json.contains("bleu_1")) << ended.out;
  expect_error(evaluate({"--metrics", "cidr"}), 2, {"--metrics", "did you mean 'cider'"});
}

TEST_F(EvaluateCommand, ASplitOfWhichNoPictureCanBeReadHasNoScores) {
  write("set/1.jpg", "text");
  write("set/val.jsonl", "{\"image\":\"1.jpg\",\"caption\":\"a dog\"}\n");
  const std::string data = "jsonl:" + (folder_ / "set").string();
  const Ended ended =
      run_storyteller({"evaluate", "--model", model(), "--data", data, "--max-bad", "1"});
  EXPECT_EQ(ended.code, 3);
  EXPECT_EQ(ended.out, "");
  EXPECT_NE(ended.err.find("not one of the 1 pictures"), std::string::npos) << ended.err;
  EXPECT_EQ(run_storyteller({"data", "verify", "--data", data, "--max-bad", "1"}).code, 3);
}

TEST_F(EvaluateCommand, ResultsReplaceNeitherCaptionsOfTheDataNorThePage) {
  const std::string array = "[{\"image_id\":1,\"caption\":\"a dog\",\"image\":\"1.jpg\"}]";
  const std::string captions = write("set/val.json", array),
                    other = write("array.json", "[{\"image\":1}]");
  const std::string data = "json:" + (folder_ / "set").string();
  const std::vector<std::string> begin = {"evaluate", "--model", model(), "--data", data};
  const auto refused = [&](const std::vector<std::string>& outputs, const char* why) {
    std::vector<std::string> arguments = begin;
    arguments.insert(arguments.end(), outputs.begin(), outputs.end());
    expect_error(run_storyteller(arguments), 2, {why});
  };
  refused({"--results", captions}, "a file of the data set");
  refused({"--results", other}, "is not a JSON array of captions");
  refused({"--results", folder_ / "p", "--report", folder_ / "set/../p"}, "what --results writes");
  refused({"--results", "-"}, "name a file, or ./-");
  EXPECT_EQ(file_text(captions), array);
}

TEST_F(EvaluateCommand, IsTheSameForEveryRun) {
  EXPECT_EQ(evaluate({"--json", "--threads", "2"}).out, evaluate({"--json", "--threads", "2"}).out);
}

class DoctorCommand : public CommandTest {};

TEST_F(DoctorCommand, SaysWhatIsThereAndTheFixForWhatIsNot) {
  const std::string folder = folder_.path();
  const Ended ended = run_storyteller(
      {"doctor", "--json"}, {.environment = {{"STORYTELLER_MODEL", folder + "/none.storyteller"},
                                             {"STORYTELLER_DATA", folder},
                                             {"STORYTELLER_CACHE", folder + "/cache"}}});
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(ended.err, "");
  std::vector<std::string> seen;
  for (const std::string& line : lines_of(ended.out)) {
    const auto json = nlohmann::json::parse(line);
    const std::string what = json["what"];
    seen.push_back(what);
    EXPECT_FALSE(json["found"].get<std::string>().empty()) << what;
    const bool fine = what != "model" && what != "data";
    EXPECT_EQ(json["fix"].get<std::string>().empty(), json["fine"].get<bool>()) << line;
    if (what == "gpu" || what == "shipped model") continue;  // depends on machine and checkout
    EXPECT_EQ(json["fine"], fine) << line;
    if (what == "cache") {
      EXPECT_EQ(json["found"], folder + "/cache");
    }
  }
  for (const char* what : {"storyteller", "processor", "threads", "oneDNN", "CUDA backend", "gpu",
                           "model", "shipped model"}) {
    EXPECT_NE(std::find(seen.begin(), seen.end(), what), seen.end()) << what;
  }
  EXPECT_FALSE(std::filesystem::exists(folder_ / "cache")) << "it only looks";
}

TEST_F(DoctorCommand, ReadsTheModel) {
  const Ended ended =
      run_storyteller({"doctor"}, {.environment = {{"STORYTELLER_MODEL", model()}}});
  EXPECT_EQ(ended.code, 0);
  EXPECT_NE(ended.out.find("scene_cnn"), std::string::npos) << ended.out;
  EXPECT_EQ(ended.out.find("! model"), std::string::npos) << ended.out;
}

}  // namespace
}  // namespace storyteller
