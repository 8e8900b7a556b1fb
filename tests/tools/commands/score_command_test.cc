// `storyteller score` and `tokenize`: scores, files, and one clear line for what cannot be scored.
#include <gtest/gtest.h>

#include <cmath>

#include <nlohmann/json.hpp>

#include "tests/real_data.h"
#include "tests/tools/commands/command_test.h"

namespace storyteller::score_command_test {
namespace {

using nlohmann::json;

constexpr const char* kResults = R"([{"image_id": 7, "caption": "A dog runs over the grass."},
                                     {"image_id": "b.jpg", "caption": "two men, \"playing\""}])";
constexpr const char* kAnnotations =
    R"({"images": [{"id": 7}, {"id": "b.jpg"}], "annotations": [
        {"id": 1, "image_id": 7, "caption": "A dog runs over the grass."},
        {"id": 2, "image_id": 7, "caption": "The brown dog is running."},
        {"id": 3, "image_id": "b.jpg", "caption": "Two men play a guitar."}]})";

class ScoreCommand : public CommandTest {
 protected:
  Ended score(std::vector<std::string> arguments, const ProgramOptions& options = {}) const {
    arguments.insert(arguments.begin(), {"score", "--references", references_});
    return run_storyteller(std::move(arguments), options);
  }
  /// The scores of these results as JSON.
  json scores(std::vector<std::string> arguments) const {
    arguments.push_back("--json");
    const Ended ended = score(std::move(arguments));
    EXPECT_EQ(ended.code, 0) << ended.err;
    return ended.code == 0 ? json::parse(ended.out) : json();
  }
  std::string results_ = write("results.json", kResults);
  std::string references_ = write("captions.json", kAnnotations);
};

TEST_F(ScoreCommand, PrintsATable) {
  const Ended ended = score({"--hypotheses", results_});
  ASSERT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(ended.err, "");
  for (const char* row :
       {"images", "captions", "references", "BLEU-1", "BLEU-4", "ROUGE-L", "CIDEr"}) {
    EXPECT_NE(ended.out.find(row), std::string::npos) << ended.out;
  }
  EXPECT_EQ(ended.out.find('\x1b'), std::string::npos);
}

TEST_F(ScoreCommand, GivesScoresAsOneJsonObject) {
  const json found = scores({"--hypotheses", results_, "--metrics", "all"});
  EXPECT_EQ(found["images"], 2);
  EXPECT_EQ(found["captions"], 2);
  EXPECT_EQ(found["references"], 3);
  for (const char* key :
       {"bleu_1", "bleu_4", "rouge_l", "meteor", "cider", "plain_cider", "spice"}) {
    EXPECT_GT(found[key], 0) << key;
  }
  EXPECT_EQ(found["spice_source"], "native");
  EXPECT_EQ(found["spice_categories"]["size"], nullptr);
  const json some = scores({"--hypotheses", results_, "--metrics", "rouge-l"});
  EXPECT_EQ(some["rouge_l"], found["rouge_l"]);
  EXPECT_FALSE(some.contains("bleu_1") || some.contains("cider"));
}

TEST_F(ScoreCommand, SaysWhatMeteorWasComputedWith) {
  const Ended missing = score({"--hypotheses", results_, "--json"},
                              {.environment = {{"STORYTELLER_WORDNET", folder_ / "none"}}});
  ASSERT_EQ(missing.code, 0) << missing.err;
  EXPECT_FALSE(json::parse(missing.out).contains("meteor"));
  EXPECT_NE(missing.err.find("warning: METEOR is left out"), std::string::npos) << missing.err;
  EXPECT_NE(missing.err.find("warning: SPICE is left out"), std::string::npos) << missing.err;
  EXPECT_FALSE(json::parse(missing.out).contains("spice"));
  expect_error(score({"--hypotheses", results_, "--metrics", "spice"},
                     {.environment = {{"STORYTELLER_WORDNET", folder_ / "none"}}}),
               3, {"none", "wordnet"});
  expect_error(score({"--hypotheses", results_, "--metrics", "meteor"},
                     {.environment = {{"STORYTELLER_WORDNET", folder_ / "none"}}}),
               3, {"none", "wordnet"});
  expect_error(score({"--hypotheses", results_, "--meteor-data", folder_ / "none"}), 3, {"none"});
  STORYTELLER_REQUIRE_DATA(data, "metrics/meteor");
  const json found = scores({"--hypotheses", results_, "--meteor-data", data});
  EXPECT_NE(found["meteor_resources"].get<std::string>().find("METEOR's synonym sets"),
            std::string::npos)
      << found;
}

TEST_F(ScoreCommand, ThreadsChangeNothing) {
  const Ended one = score({"--hypotheses", results_, "--json", "--threads", "1"});
  EXPECT_EQ(one.out, score({"--hypotheses", results_, "--json", "--threads", "8"}).out);
}

TEST_F(ScoreCommand, WritesScoresOfEveryImage) {
  const std::string csv = folder_ / "each.csv", file = folder_ / "each.json";
  ASSERT_EQ(score({"--hypotheses", results_, "--per-image", file}).code, 0);
  const json each = json::parse(file_text(file));
  ASSERT_EQ(each.size(), 2U);
  EXPECT_EQ(each[0]["image_id"], 7);
  EXPECT_EQ(each[1]["image_id"], "b.jpg");
  EXPECT_EQ(each[1]["caption"], "two men, \"playing\"");
  EXPECT_NEAR(each[0]["bleu_4"], 1, 1e-7);
  ASSERT_EQ(
      score({"--hypotheses", results_, "--metrics", "bleu,rouge-l,cider", "--per-image", csv}).code,
      0);
  const std::string table = file_text(csv);
  EXPECT_TRUE(table.starts_with("image_id,caption,bleu_1,bleu_2,bleu_3,bleu_4,rouge_l,cider\r\n7,"))
      << table;
  EXPECT_NE(table.find("\r\n\"b.jpg\",\"two men, \"\"playing\"\"\","), std::string::npos) << table;
  expect_error(score({"--hypotheses", results_, "--per-image", folder_ / "each.txt"}), 2,
               {"--per-image", ".csv or .json"});
  expect_error(score({"--hypotheses", results_, "--per-image", folder_ / "no/each.csv"}), 5,
               {"--per-image", "create it first"});
}

TEST_F(ScoreCommand, TakesTheTuplesOfTheOriginalSpice) {
  const std::string tuples = write("spice.json", R"([
      {"image_id": 7, "test_tuples": [{"tuple": ["dog"]}, {"tuple": ["dog", "brown"]}],
       "ref_tuples": [{"tuple": ["dog"]}, {"tuple": ["grass"]}, {"tuple": ["dog", "big"]}]},
      {"image_id": "b.jpg", "test_tuples": [], "ref_tuples": [{"tuple": ["man"]}]}])");
  const Ended alone = run_storyteller({"score", "--spice-tuples", tuples, "--json"});
  ASSERT_EQ(alone.code, 0) << alone.err;
  const json found = json::parse(alone.out);
  EXPECT_EQ(found["images"], 2);
  EXPECT_EQ(found["spice_source"], "imported tuples");
  EXPECT_NEAR(found["spice"], 0.2, 1e-12);  // P 1/2 and R 1/3 make .4; the other image 0
  EXPECT_NEAR(found["spice_categories"]["object"], 1.0 / 3, 1e-12);  // P 1, R 1/2; and 0
  EXPECT_EQ(found["spice_categories"]["color"], nullptr);
  const Ended table = run_storyteller({"score", "--spice-tuples", tuples});
  EXPECT_NE(table.out.find("SPICE            0.200"), std::string::npos) << table.out;
  EXPECT_NE(table.out.find("\n  object         0.333"), std::string::npos) << table.out;
  EXPECT_EQ(table.out.find("native"), std::string::npos) << table.out;

  const std::string each = folder_ / "each.csv";
  const json both = scores({"--hypotheses", results_, "--spice-tuples", tuples, "--metrics", "bleu",
                            "--per-image", each});
  EXPECT_EQ(both["spice"], found["spice"]);
  EXPECT_GT(both["bleu_1"], 0);
  EXPECT_NE(file_text(each).find(",spice,spice_object,spice_relation,spice_attribute,spice_color,"
                                 "spice_cardinality,spice_size\r\n"),
            std::string::npos)
      << file_text(each);

  expect_error(score({"--hypotheses", write("one.json", R"([{"image_id": 9, "caption": "a"}])"),
                      "--references", write("r.json", R"([{"image_id": 9, "caption": "a"}])"),
                      "--partial", "--spice-tuples", tuples}),
               3, {"spice.json", "no tuples of image 9"});
  expect_error(run_storyteller({"score", "--spice-tuples", results_}), 3,
               {"results.json", "-detailed"});
  expect_error(run_storyteller({"score", "--spice-tuples", tuples, "--report", "-"}), 2,
               {"--hypotheses"});
  expect_error(run_storyteller({"score", "--hypotheses", results_}), 2, {"--references"});
}

TEST_F(ScoreCommand, ReadsTextLineByLine) {
  const std::string one = write("one.txt", "A dog runs over the grass.\nTwo men play a guitar.\n");
  const std::string two = write("two.txt", "The brown dog is running.\n\n");
  const std::string said = write("said.txt", "A dog runs over the grass.\ntwo men, \"playing\"\n");
  const Ended lines = run_storyteller(
      {"score", "--hypotheses", said, "--references", one, "--references", two, "--json"});
  ASSERT_EQ(lines.code, 0) << lines.err;
  EXPECT_EQ(json::parse(lines.out), scores({"--hypotheses", results_}));
  const Ended piped = run_storyteller(
      {"score", "--hypotheses", "-", "--references", one, "--references", two, "--json"},
      {.input = file_text(said)});
  EXPECT_EQ(piped.out, lines.out);
}

TEST_F(ScoreCommand, ReadsFlickrTokens) {
  const std::string tokens =
      write("Flickr8k.token.txt", "a.jpg#0\tA dog runs .\na.jpg#1\tThe dog .\nb.jpg#0\tA cat .\n");
  const std::string said =
      write("said.json", R"([{"image_id": "a.jpg", "caption": "A dog runs"}])");
  expect_error(run_storyteller({"score", "--hypotheses", said, "--references", tokens}), 3,
               {"no caption for 1 image", "(b.jpg;", "--partial"});
  const Ended ended = run_storyteller(
      {"score", "--hypotheses", said, "--references", tokens, "--partial", "--json"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  EXPECT_NEAR(json::parse(ended.out)["bleu_1"], 1, 1e-7);
  EXPECT_NE(ended.err.find("1 image left out"), std::string::npos) << ended.err;
}

TEST_F(ScoreCommand, OfOneImageCiderNeedsFixedFrequencies) {
  const std::string one = write("one.json", R"([{"image_id": 7, "caption": "A dog runs"}])");
  const Ended alone = score({"--hypotheses", one, "--partial", "--json"});
  ASSERT_EQ(alone.code, 0) << alone.err;
  EXPECT_EQ(json::parse(alone.out)["cider"], 0);
  EXPECT_NE(alone.err.find("CIDEr is 0"), std::string::npos) << alone.err;
  EXPECT_NE(alone.err.find("--frequencies"), std::string::npos) << alone.err;

  const std::string frequencies = folder_ / "df";
  const Ended made = score({"--save-frequencies", frequencies});
  EXPECT_EQ(made.code, 0) << made.err;
  EXPECT_EQ(made.out, "");
  const Ended fixed =
      score({"--hypotheses", one, "--partial", "--json", "--frequencies", frequencies});
  ASSERT_EQ(fixed.code, 0) << fixed.err;
  EXPECT_GT(json::parse(fixed.out)["cider"], 1);
  EXPECT_EQ(fixed.err.find("CIDEr"), std::string::npos) << fixed.err;

  expect_error(score({"--hypotheses", one, "--partial", "--frequencies", references_}), 4,
               {"captions.json"});
  expect_error(score({"--hypotheses", one, "--partial", "--frequencies", model()}), 4,
               {"model_v1", "--save-frequencies"});
}

TEST_F(ScoreCommand, HostileCaptionsHaveDefinedScores) {
  std::string endless;
  for (int i = 0; i < 10000; ++i) endless += "dog ";
  const std::string results =
      json::array({{{"image_id", 7}, {"caption", ""}},
                   {{"image_id", "b.jpg"}, {"caption", endless + "\xF0\x9F\x98\x80\xC2\xA0\x01"}}})
          .dump();
  const json found = scores({"--hypotheses", write("hostile.json", results)});
  EXPECT_EQ(found["rouge_l"], 0);
  EXPECT_NEAR(found["bleu_1"], 0, 1e-12);
  const std::string lines = folder_ / "each.csv";
  const std::string said = write("said.txt", "a \xFF dog\n\xF0\x9F\x98\x80 \xC2\xA0\n");
  const std::string people = write("people.txt", "a dog\ntwo men\n");
  const Ended ended = run_storyteller(
      {"score", "--hypotheses", said, "--references", people, "--per-image", lines, "--json"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  EXPECT_NEAR(json::parse(ended.out)["bleu_1"], std::exp(1 - 4.0 / 2), 1e-6);
  EXPECT_NE(file_text(lines).find("\"a \uFFFD dog\""), std::string::npos) << file_text(lines);
}

TEST_F(ScoreCommand, WhatCannotBeScoredIsOneClearLine) {
  const auto with = [&](const std::string& text) {
    return score({"--hypotheses", write("bad.json", text)});
  };
  expect_error(with("not json"), 3, {"bad.json", "not valid JSON"});
  expect_error(with("[{\"image_id\": 7, \"caption\": \"\xFF\"}]"), 3, {"bad.json", "UTF-8"});
  expect_error(with("{}"), 3, {"bad.json", "annotations"});
  expect_error(with(R"([{"image_id": 7, "caption": 3}])"), 3, {"entry 1", "\"caption\"", "string"});
  expect_error(with(std::string(100000, '[')), 3, {"bad.json", "nested deeper"});
  expect_error(with(R"([{"image_id": 7, "caption": "a"}, {"image_id": 8, "caption": "a"},
                        {"image_id": 9, "caption": "a"}])"),
               3, {"captions.json", "2 images", "(8, 9;", "--partial"});
  expect_error(with(R"([{"image_id": 7, "caption": "a"}, {"image_id": 7, "caption": "a"}])"), 3,
               {"bad.json", "several captions", "(7)", "--samples"});
  expect_error(score({"--hypotheses", folder_ / "missing.json"}), 3,
               {"missing.json", "no such file; check the path"});
  expect_error(score({"--hypotheses", folder_.path()}), 3, {"folder"});
  expect_error(score({"--hypotheses", write("text.txt", "a dog\n")}), 3,
               {"text.txt", "plain text"});
  expect_error(score({"--hypotheses", results_, "--metrics", "bleu,rogue-l"}), 2,
               {"--metrics", "rogue-l", "did you mean 'rouge-l'"});
  expect_error(score({}), 2, {"--hypotheses"});
  expect_error(score({"--hypotheses", results_, "--training", results_}), 2, {"--report"});
}

TEST_F(ScoreCommand, SamplesAndTheirReport) {
  const std::string samples = write("samples.json", R"([{"image_id": 7, "caption": "a dog runs"},
      {"image_id": 7, "caption": "a dog runs"}, {"image_id": 7, "caption": "her cat with a"},
      {"image_id": "b.jpg", "caption": "<script>alert(1)</script> two women"}])");
  const json found = scores({"--hypotheses", samples, "--samples", "--report", folder_ / "p.html",
                             "--training", results_});
  EXPECT_EQ(found["captions"], 4);
  const json& diversity = found["diversity"]["captions"];
  EXPECT_EQ(diversity["distinct_captions"], 3);
  EXPECT_EQ(diversity["dangling"], 0.25);
  EXPECT_EQ(diversity["unseen"], 1);
  EXPECT_EQ(diversity["images_with_samples"], 1);
  EXPECT_GT(diversity["self_cider"], 0);
  EXPECT_LT(diversity["self_cider"], 1);
  EXPECT_EQ(found["bias"]["images_of_men"]["wrong"], 1);
  EXPECT_EQ(found["bias"]["amplification"], nullptr);
  const json& set = found["set"];
  EXPECT_EQ(set["pictures_with_several"], 1);
  EXPECT_EQ(set["fewest_captions_a_picture"], 1);
  EXPECT_EQ(set["most_captions_a_picture"], 3);
  EXPECT_EQ(set["measures"]["self_cider"], diversity["self_cider"]);
  EXPECT_EQ(set["measures"]["mbleu_4"], diversity["mbleu_4"]);
  EXPECT_EQ(set["measures"]["novel"], 0.75);
  const std::string page = file_text(folder_ / "p.html");
  for (const char* part : {"Diversity", "Gender", "Self-CIDEr", "Unseen", "</html>"}) {
    EXPECT_NE(page.find(part), std::string::npos) << part;
  }
  EXPECT_EQ(page.find("<script"), std::string::npos);

  const Ended sets = score({"--hypotheses", samples, "--samples", "--training", results_});
  EXPECT_EQ(sets.code, 0) << sets.err;
  EXPECT_NE(sets.out.find("Corpus mBLEU-4"), std::string::npos) << sets.out;
  EXPECT_NE(sets.out.find("1 to 3 captions for each of 2 pictures"), std::string::npos) << sets.out;
  EXPECT_EQ(sets.out.find("Women per man"), std::string::npos) << "that is the report's";

  const Ended text = score({"--hypotheses", results_, "--report", "-"});
  EXPECT_EQ(text.code, 0);
  EXPECT_NE(text.out.find("Diversity\n========="), std::string::npos) << text.out;
  EXPECT_NE(text.out.find("Women per man"), std::string::npos) << text.out;
}

TEST_F(ScoreCommand, ReproducesCocoCaptionsHundredFromTheirFiles) {
  STORYTELLER_REQUIRE_DATA(path, "metrics/fakecap_100.json");
  const json golden = json::parse(file_text(path));
  json results = json::array(), annotations = json::array();
  for (const json& image : golden["per_image"]) {
    results.push_back({{"image_id", image["image_id"]}, {"caption", image["test_ptb"]}});
    for (const json& text : image["refs_ptb"]) {
      annotations.push_back({{"image_id", image["image_id"]}, {"caption", text}});
    }
  }
  references_ = write("all.json", json({{"annotations", annotations}}).dump());
  const std::string each = folder_ / "each.json";
  const json found =
      scores({"--hypotheses", write("found.json", results.dump()), "--per-image", each});
  EXPECT_NEAR(found["cider"], golden["overall"]["CIDEr"].get<double>(), 1e-9);
  EXPECT_NEAR(found["rouge_l"], golden["overall"]["ROUGE_L"].get<double>(), 1e-9);
  EXPECT_NEAR(found["bleu_4"], golden["overall"]["Bleu"][3].get<double>(), 1e-9);
  const json images = json::parse(file_text(each));
  for (size_t i = 0; i < images.size(); ++i) {
    EXPECT_EQ(images[i]["image_id"], golden["per_image"][i]["image_id"]);
    EXPECT_NEAR(images[i]["cider"], golden["per_image"][i]["CIDEr"].get<double>(), 1e-9);
  }
}

class TokenizeCommand : public CommandTest {
 protected:
  static Ended tokenize(const std::string& text) {
    return run_storyteller({"tokenize"}, {.input = text});
  }
};

TEST_F(TokenizeCommand, GivesALineForALine) {
  const Ended ended = tokenize("A dog's ball.\r\n\n...\nDon't!\n22 3/4 \xF0\x9F\x98\x80 caf\u00C9");
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(ended.out, "a dog 's ball\n\n\ndo n't\n22\u00A03/4 caf\u00E9\n");
  EXPECT_EQ(ended.err, "");
  EXPECT_EQ(tokenize("").out, "");
  EXPECT_EQ(tokenize("\n").out, "\n");
  EXPECT_EQ(tokenize("a b\xFF\n").out, "a b\n");
  EXPECT_NE(tokenize("a b\xFF\n").err.find("not UTF-8, first line 1"), std::string::npos);
  EXPECT_EQ(tokenize(std::string("a\0b\n", 4)).code, 3) << "a NUL byte";
}

TEST_F(TokenizeCommand, LinesMayBeManyOrLongButNotEndless) {
  std::string many, tokens;
  for (int i = 0; i < 50000; ++i) {
    many += "A dog runs, over the grass.\n";
    tokens += "a dog runs over the grass\n";
  }
  EXPECT_EQ(tokenize(many).out, tokens);
  const std::string longest(size_t{1} << 20U, 'a');
  EXPECT_EQ(tokenize(longest + "\n" + longest).out, longest + "\n" + longest + "\n");
  const Ended endless = tokenize("a\n" + longest + "a\n");
  EXPECT_EQ(endless.code, 3);
  EXPECT_NE(endless.err.find("standard input:2: a line of more than 1 MiB"), std::string::npos)
      << endless.err;
}

}  // namespace
}  // namespace storyteller::score_command_test
