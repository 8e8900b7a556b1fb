// `storyteller evaluate` and `doctor`: scores, files, and nothing but results on stdout.
#include <gtest/gtest.h>

#include <algorithm>

#include <nlohmann/json.hpp>

#include "tests/tools/commands/command_test.h"

namespace storyteller::evaluate_command_test {
namespace {

class EvaluateCommand : public CommandTest {
 protected:
  static Ended evaluate(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(),
                     {"evaluate", "--model", model(), "--data", "scenes:val=40,test=3"});
    return run_storyteller(std::move(arguments));
  }
  /// What --json says, but how it came about.
  static nlohmann::json scores_of(const Ended& ended) {
    auto json = nlohmann::json::parse(ended.out);
    json.erase("models");
    json.erase("search");
    return json;
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

TEST_F(EvaluateCommand, NamesTheModelsAndTheSearchThatSpoke) {
  const std::string report = folder_ / "report.html";
  const Ended ended = evaluate({"--split", "test", "--model", model(), "--report", report, "--json",
                                "--beam", "2", "--must", "blue", "--no-repeat-ngram", "2"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  const auto json = nlohmann::json::parse(ended.out);
  EXPECT_EQ(json["models"], (std::vector<std::string>{model(), model()}));
  const std::string search = json["search"];
  EXPECT_TRUE(search.starts_with("--beam 2 --max-words ")) << search;
  EXPECT_TRUE(search.ends_with(" --no-repeat-ngram 2 --must blue")) << search;
  const std::string page = file_text(report);
  EXPECT_NE(page.find(" --model " + model() + " --model " + model() + " " + search),
            std::string::npos);
}

TEST_F(EvaluateCommand, SaysThatResultsHoldSeveralCaptionsOfAPicture) {
  const std::string results = folder_ / "results.json";
  const auto notes_of = [&](const std::string& n_best) {
    const Ended ended = evaluate(
        {"--split", "test", "--results", results, "--json", "--beam", "3", "--n-best", n_best});
    EXPECT_EQ(ended.code, 0) << ended.err;
    EXPECT_EQ(ended.err.find("captions for an image_id") != std::string::npos, n_best == "2");
    return nlohmann::json::parse(ended.out)["notes"].dump();
  };
  EXPECT_NE(notes_of("2").find("up to 2 captions for an image_id"), std::string::npos);
  EXPECT_EQ(nlohmann::json::parse(file_text(results)).size(), 6U);
  EXPECT_EQ(notes_of("1").find("image_id"), std::string::npos);
  EXPECT_EQ(nlohmann::json::parse(file_text(results)).size(), 3U);
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

TEST_F(EvaluateCommand, SeveralCaptionsAPictureAreMeasuredAsSets) {
  const std::string results = folder_ / "results.json", page = folder_ / "p.html";
  const Ended ended = evaluate({"--sample", "4", "--temperature", "2", "--json", "--results",
                                results, "--report", page, "--examples", "1"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  const auto json = nlohmann::json::parse(ended.out);
  const auto& set = json["set"];
  EXPECT_EQ(json["pictures"], 40);
  EXPECT_EQ(set["pictures"], 40);
  EXPECT_EQ(set["captions"], 160);
  EXPECT_EQ(set["pictures_with_several"], 40);
  EXPECT_EQ(set["most_captions_a_picture"], 4);
  EXPECT_EQ(set["frequencies"], "references");
  EXPECT_EQ(set["frequencies_pictures"], 40);
  for (const char* key : {"vocabulary", "distinct_1", "distinct_2", "div_1", "div_2",
                          "mbleu_4_corpus", "mbleu_4", "self_cider", "unseen", "novel"}) {
    EXPECT_GT(set["measures"][key], 0) << key;
    EXPECT_TRUE(set["people"].contains(key)) << key;
  }
  EXPECT_EQ(set["first"]["cider"], json["cider"]);
  EXPECT_LT(set["average"]["cider"], set["oracle"]["cider"]);
  EXPECT_LE(set["first"]["rouge_l"], set["oracle"]["rouge_l"]);
  EXPECT_EQ(set["absent"], nlohmann::json::object());

  const auto written = nlohmann::json::parse(file_text(results));
  ASSERT_EQ(written.size(), 160U);
  EXPECT_EQ(written[0]["image_id"], written[3]["image_id"]);
  EXPECT_NE(written[3]["image_id"], written[4]["image_id"]);
  EXPECT_NE(file_text(page).find("Corpus mBLEU-4"), std::string::npos);
}

TEST_F(EvaluateCommand, GroupsAreASetAndTheBestOfThemIsNone) {
  const Ended table = evaluate({"--diverse", "2", "--lambda", "3", "--metrics", "bleu"});
  ASSERT_EQ(table.code, 0) << table.err;
  for (const char* text : {"\nSelf-CIDEr ", "oracle\n", "\nBLEU-4 ", "2 captions for each of 40",
                           "-       -  SPICE-native was not computed"}) {
    EXPECT_NE(table.out.find(text), std::string::npos) << text << " in\n" << table.out;
  }
  const Ended best = evaluate({"--diverse", "2", "--lambda", "3", "--n-best", "1", "--json"});
  ASSERT_EQ(best.code, 0) << best.err;
  EXPECT_FALSE(nlohmann::json::parse(best.out).contains("set")) << best.out;
  EXPECT_EQ(scores_of(best), scores_of(evaluate({"--json"})))
      << "the first group is the plain search";
}

TEST_F(EvaluateCommand, ASetOfOneDrawSaysWhatCannotBeMeasured) {
  const Ended ended = evaluate({"--sample", "1", "--json", "--metrics", "cider"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  const auto set = nlohmann::json::parse(ended.out)["set"];
  for (const char* key : {"div_1", "div_2", "mbleu_4_corpus", "mbleu_4", "self_cider", "oracle",
                          "average", "all_spice"}) {
    EXPECT_EQ(set["absent"][key], "no picture has two captions") << key;
    EXPECT_FALSE(set["measures"].contains(key) || set.contains(key)) << key;
  }
  EXPECT_GT(set["measures"]["distinct_1"], 0);
}

/// What `evaluate` says of a set, `score --samples` says of its results.
TEST_F(EvaluateCommand, SetsAreScoredAlikeFromAFile) {
  nlohmann::json references = nlohmann::json::array();
  std::string lines;
  const std::vector<std::string> said = {"a large white heart", "a small red circle"};
  for (const char* name : {"1.jpg", "2.jpg"}) {
    write(std::string("set/") + name, file_text(scene()));
    for (const std::string& caption : said) {
      const nlohmann::json line = {{"image", name}, {"caption", caption + " on " + name}};
      lines += line.dump() + '\n';
      references.push_back({{"image_id", name}, {"caption", line["caption"]}});
    }
  }
  write("set/val.jsonl", lines);
  const std::string results = folder_ / "results.json";
  const Ended ended = run_storyteller({"evaluate", "--model", model(), "--data",
                                       "jsonl:" + (folder_ / "set").string(), "--sample", "3",
                                       "--temperature", "2", "--results", results, "--json"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  const auto evaluated = nlohmann::json::parse(ended.out);
  EXPECT_NE(ended.err.find("which captions are new cannot be told: "), std::string::npos)
      << ended.err;
  EXPECT_TRUE(evaluated["set"]["absent"].contains("novel")) << ended.out;

  const nlohmann::json annotations = {{"images", {{{"id", "1.jpg"}}, {{"id", "2.jpg"}}}},
                                      {"annotations", references}};
  const Ended scored =
      run_storyteller({"score", "--hypotheses", results, "--references",
                       write("references.json", annotations.dump()), "--samples", "--json"});
  ASSERT_EQ(scored.code, 0) << scored.err;
  EXPECT_EQ(nlohmann::json::parse(scored.out)["set"], evaluated["set"]);
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

TEST_F(EvaluateCommand, TakesAllThatCaptionTakes) {
  const Ended plain = evaluate({"--json", "--metrics", "cider"});
  const Ended twice = evaluate({"--json", "--metrics", "cider", "--model", model()});
  EXPECT_EQ(twice.code, 0) << twice.err;
  EXPECT_EQ(scores_of(twice), scores_of(plain));

  const std::string results = folder_ / "results.json";
  const Ended must =
      evaluate({"--must", "blue", "--must-not", "large", "--json", "--results", results});
  EXPECT_EQ(must.code, 0) << must.err;
  for (const auto& result : nlohmann::json::parse(file_text(results))) {
    const std::string sentence = " " + result["caption"].get<std::string>() + " ";
    EXPECT_NE(sentence.find(" blue "), std::string::npos) << sentence;
    EXPECT_EQ(sentence.find(" large "), std::string::npos) << sentence;
  }
  const Ended barred = evaluate({"--must", "blue blue", "--bar-immediate-repeat", "--json"});
  EXPECT_NE(barred.out.find("40 of 40 captions do not say it"), std::string::npos) << barred.out;

  const Ended chosen = evaluate({"--choose", "mbr", "--sample", "5", "--json"});
  EXPECT_EQ(chosen.code, 0) << chosen.err;
  EXPECT_FALSE(nlohmann::json::parse(chosen.out).contains("set"));
}

}  // namespace
}  // namespace storyteller::evaluate_command_test
