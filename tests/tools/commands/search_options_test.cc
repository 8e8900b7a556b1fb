// The search options of `storyteller caption`: several captions a picture, draws, what is barred.
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "model/shipped_model.h"
#include "tests/temporary_folder.h"
#include "tests/tools/commands/command_test.h"

namespace storyteller::search_options_test {
namespace {

using SearchFlags = CommandTest;

TEST_F(SearchFlags, GroupsAndTheBestOfABeamComeAsLines) {
  const Ended groups = caption({scene(), "--diverse", "3", "--lambda", "2"});
  EXPECT_EQ(groups.code, 0) << groups.err;
  const std::vector<std::string> lines = lines_of(groups.out);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0], kSentence);  // of a plain search
  EXPECT_EQ(std::set<std::string>(lines.begin(), lines.end()).size(), 3U);

  const Ended best = caption({scene(), "--beam", "4", "--n-best", "2", "--json"});
  const auto json = nlohmann::json::parse(best.out);
  ASSERT_EQ(json["captions"].size(), 2U);
  EXPECT_EQ(json["captions"][0]["caption"], json["caption"]);
  EXPECT_NE(json["captions"][1]["caption"], json["caption"]);
  EXPECT_EQ(json["captions"][0]["score"], json["score"]);
  EXPECT_LE(json["captions"][1]["score"], json["captions"][0]["score"]);
  EXPECT_FALSE(nlohmann::json::parse(caption({scene(), "--json"}).out).contains("captions"));
}

TEST_F(SearchFlags, DrawsDependOnSeedAndNumberAlone) {
  const std::string png = file_text(scene());
  for (const char* name : {"a.png", "b.png", "c.png"}) write(std::string("in/") + name, png);
  const std::vector<std::string> draws = {"--sample", "3", "--temperature", "3"};
  const auto drawn = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), draws.begin(), draws.end());
    const Ended ended = caption(arguments);
    EXPECT_EQ(ended.code, 0) << ended.err;
    return ended.out;
  };
  const std::string in = folder_ / "in", all = drawn({in});
  EXPECT_EQ(lines_of(all).size(), 9U);
  EXPECT_EQ(drawn({in}), all);
  EXPECT_NE(drawn({in, "--seed", "2"}), all);
  // The same picture thrice: each has draws of its own, and the first those of one alone.
  const std::string alone = drawn({scene()});
  for (size_t i = 0; i < 3; ++i) {
    const std::string line = lines_of(all)[i];
    EXPECT_EQ(line.substr(line.find('\t') + 1), lines_of(alone)[i]);
  }
  const auto sentences = [&](size_t picture) {
    std::vector<std::string> found;
    for (size_t i = 0; i < 3; ++i) {
      const std::string line = lines_of(all)[3 * picture + i];
      found.push_back(line.substr(line.find('\t') + 1));
    }
    return found;
  };
  EXPECT_NE(sentences(0), sentences(1));
}

TEST_F(SearchFlags, WhatMustNotBeSaidIsNot) {
  const std::string first = std::string(kSentence).substr(0, std::string(kSentence).find(' '));
  const Ended ended = caption({scene(), "--must-not", first, "--must-not", "Xyzzy"});
  EXPECT_EQ(ended.code, 0);
  EXPECT_NE(ended.err.find("--must-not Xyzzy: the model does not know it"), std::string::npos);
  for (const std::string& line : lines_of(ended.out)) {
    EXPECT_EQ((" " + line + " ").find(" " + first + " "), std::string::npos) << line;
  }
  EXPECT_EQ(caption({scene(), "--must-not", " "}).code, 2);
}

TEST_F(SearchFlags, WhatMustBeSaidIs) {
  const auto says = [](const std::string& sentence, const std::string& words) {
    return (" " + sentence + " ").find(" " + words + " ") != std::string::npos;
  };
  const Ended ended = caption({scene(), "--must", "Blue Circle,small|large", "--must", "heart",
                               "--must-not", "white, background", "--beam", "3", "--n-best", "2"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(ended.err.find("--must"), std::string::npos) << ended.err;
  ASSERT_FALSE(lines_of(ended.out).empty());
  for (const std::string& line : lines_of(ended.out)) {
    EXPECT_TRUE(says(line, "blue circle")) << line;
    EXPECT_TRUE(says(line, "small") || says(line, "large")) << line;
    EXPECT_TRUE(says(line, "heart")) << line;
    EXPECT_FALSE(says(line, "white")) << line;
  }
}

TEST_F(SearchFlags, WhatCannotBeSaidIsNoted) {
  const Ended barred =
      caption({scene(), "--must", "blue blue, heart", "--bar-immediate-repeat", "--json"});
  EXPECT_EQ(barred.code, 0) << barred.err;
  EXPECT_NE(barred.err.find("--must blue blue: the caption does not say it"), std::string::npos);
  const auto json = nlohmann::json::parse(barred.out);
  EXPECT_EQ(json["missing"], nlohmann::json({"blue blue"}));
  EXPECT_NE(json["caption"].get<std::string>().find("heart"), std::string::npos);

  const Ended cut = caption({scene(), scene(), "--must", "a large blue heart", "--max-words", "3"});
  EXPECT_EQ(cut.code, 0);
  EXPECT_NE(cut.err.find("2 of 2 captions do not say it"), std::string::npos) << cut.err;
  EXPECT_EQ(lines_of(cut.out).size(), 2U);
}

TEST_F(SearchFlags, WhatMustBeSaidHasToBeKnown) {
  expect_error(caption({scene(), "--must", "large,hart"}), 2,
               {"--must hart: the model does not know the word 'hart'; did you mean 'heart'?"});
  expect_error(caption({scene(), "--must", "a,blue,large,white,heart"}), 2, {"at most 4", "are 5"});
  expect_error(caption({scene(), "--must", "blue,"}), 2,
               {"--must 'blue,': a word or a phrase is missing"});
  expect_error(caption({scene(), "--must", "<end>"}), 2, {"does not know"});
  expect_error(caption({scene(), "--must", "blue", "--sample", "2"}), 2, {"plain beam search"});
  expect_error(caption({scene(), "--must", "blue|large blue", "--must-not", "blue"}), 2,
               {"--must blue|large blue: --must-not bars it"});
  // As captions are tokenized: what is said twice counts once, marks are no words.
  const Ended twice = caption({scene(), "--must", "Blue.", "--must", "heart,heart,heart,heart"});
  EXPECT_EQ(twice.code, 0) << twice.err;
}

TEST_F(SearchFlags, SeveralModelsSpeakAsOne) {
  const std::vector<std::string> options = {"--beam", "3", "--n-best", "3", "--json"};
  std::vector<std::string> arguments = {scene()};
  arguments.insert(arguments.end(), options.begin(), options.end());
  const Ended alone = caption(arguments);
  arguments.insert(arguments.end(), {"--model", model()});
  const Ended twice = caption(arguments);
  EXPECT_EQ(twice.code, 0) << twice.err;
  auto line = nlohmann::json::parse(twice.out);
  EXPECT_EQ(line["models"], (std::vector<std::string>{model(), model()}));
  EXPECT_TRUE(line["search"].get<std::string>().starts_with("--beam 3 --max-words ")) << line;
  auto expected = nlohmann::json::parse(alone.out);
  const std::string one = expected["model"];
  expected["model"] = one + "+" + one;
  line.erase("models");
  line.erase("search");
  EXPECT_EQ(line, expected);
  EXPECT_EQ(twice.err, alone.err);

  EXPECT_FALSE(nlohmann::json::parse(caption({scene(), "--json"}).out).contains("models"));

  const std::string other =
      std::string(STORYTELLER_SOURCE_DIR) + "/models/" + std::string(kShippedModel);
  expect_error(caption({scene(), "--model", other}), 2,
               {other, "must have one vocabulary", "that of the first model"});
}

TEST_F(SearchFlags, TheChoiceByConsensusIsOneOfTheCandidates) {
  const auto parsed = [](const Ended& ended) {
    EXPECT_EQ(ended.code, 0) << ended.err;
    return nlohmann::json::parse(ended.out);
  };
  const auto drawn = parsed(caption({scene(), "--sample", "32", "--temperature", "2", "--json"}));
  const auto chosen = parsed(
      caption({scene(), "--choose", "mbr", "--temperature", "2", "--n-best", "32", "--json"}));
  ASSERT_EQ(chosen["captions"].size(), 32U);
  std::multiset<std::string> of_draws, of_choice;
  double last = 10;
  for (size_t i = 0; i < 32; ++i) {
    of_draws.insert(drawn["captions"][i]["caption"].get<std::string>());
    of_choice.insert(chosen["captions"][i]["caption"].get<std::string>());
    const double agreement = chosen["captions"][i]["agreement"];
    EXPECT_LE(agreement, last);
    last = agreement;
  }
  EXPECT_EQ(of_draws, of_choice);
  EXPECT_FALSE(drawn.contains("agreement"));
  const auto one = parsed(caption({scene(), "--choose", "mbr", "--temperature", "2", "--json"}));
  EXPECT_EQ(one["caption"], chosen["caption"]);
  EXPECT_EQ(one["agreement"], chosen["agreement"]);
  EXPECT_FALSE(one.contains("captions"));

  const auto beam = parsed(caption({scene(), "--choose", "mbr", "--beam", "5", "--json"}));
  EXPECT_TRUE(beam.contains("agreement"));
  const auto must = parsed(caption({scene(), "--choose", "mbr", "--must", "blue", "--json"}));
  EXPECT_NE(must["caption"].get<std::string>().find("blue"), std::string::npos);
}

TEST_F(SearchFlags, ThePlausibleChoiceWeighsScoresAndWhatPeopleSay) {
  const TemporaryFolder folder;
  std::ofstream(folder / "said.tsv") << "# statements of captions and how often they were made\n"
                                     << "circle\tred\t50\nsquare\tblue\t40\nring\tgreen\t9\n";
  const auto candidates = [&](const std::vector<std::string>& flags) {
    std::vector<std::string> arguments = {scene(), "--beam", "8", "--n-best", "8", "--json"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    const Ended ended = caption(arguments);
    EXPECT_EQ(ended.code, 0) << ended.err;
    return nlohmann::json::parse(ended.out)["captions"];
  };
  const auto chosen = [&](const std::string& weight) {
    return candidates(
        {"--choose", "plausible", "--statements", folder / "said.tsv", "--plausibility", weight});
  };
  const auto found = candidates({}), by_score = chosen("0"), weighed = chosen("0.3");
  ASSERT_EQ(by_score.size(), found.size());
  std::multiset<std::string> of_search, of_choice;
  double last = 100;
  bool differs = false;
  for (size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(by_score[i]["caption"], found[i]["caption"]);
    of_search.insert(found[i]["caption"].get<std::string>());
    of_choice.insert(weighed[i]["caption"].get<std::string>());
    const double plausibility = weighed[i]["plausibility"], score = weighed[i]["score"];
    EXPECT_LE(score + 0.3 * plausibility, last + 1e-4);
    last = score + 0.3 * plausibility;
    differs = differs || plausibility != weighed[0]["plausibility"];
  }
  EXPECT_EQ(of_search, of_choice);
  EXPECT_TRUE(differs);
  EXPECT_FALSE(found[0].contains("plausibility"));
}

TEST_F(SearchFlags, WhatDoesNothingOrContradictsIsRefused) {
  const std::pair<std::vector<std::string>, std::string> cases[] = {
      {{"--temperature", "2"}, "--temperature does nothing without --sample"},
      {{"--seed", "2"}, "--seed does nothing without --sample"},
      {{"--lambda", "2"}, "--lambda does nothing without --diverse"},
      {{"--sample", "2", "--lambda", "2"}, "--lambda does nothing without --diverse"},
      {{"--sample", "2", "--diverse", "2"}, "choose one"},
      {{"--sample", "2", "--beam", "4"}, "--beam searches and --sample draws"},
      {{"--choose", "mbr", "--beam", "1"}, "among at least two captions"},
      {{"--choose", "mbr", "--sample", "1"}, "among at least two captions"},
      {{"--n-best", "5"}, "--n-best 5 is more than there can be, 2; raise --beam"},
      {{"--sample", "2", "--n-best", "5"}, "raise --sample"},
      {{"--must", "blue", "--sample", "2"}, "--must needs a plain beam search; leave --sample out"},
      {{"--must", "blue", "--diverse", "2"}, "leave --diverse out"},
      {{"--similarity", "spice"}, "--similarity does nothing without --choose mbr"},
      {{"--frequencies", "f"}, "--frequencies does nothing without --choose mbr"},
      {{"--choose", "plausible"}, "--save-statements"},
      {{"--choose", "plausible", "--frequencies", "f"}, "--frequencies does nothing"},
      {{"--statements", "f"}, "--statements does nothing without --choose plausible"},
      {{"--plausibility", "1"}, "--plausibility does nothing without --choose plausible"},
      {{"--min-words", "9", "--max-words", "5"}, "--min-words 9 is more than --max-words 5"}};
  for (const auto& [flags, says] : cases) {
    std::vector<std::string> arguments = {scene()};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    const Ended ended = caption(arguments);
    EXPECT_EQ(ended.code, 2) << says;
    EXPECT_NE(ended.err.find(says), std::string::npos) << ended.err;
    EXPECT_EQ(ended.out, "");
  }
}

}  // namespace
}  // namespace storyteller::search_options_test
