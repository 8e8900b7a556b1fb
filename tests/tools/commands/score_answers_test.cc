// `storyteller score --task vqa`: answers to questions, their priors, and what does not fit.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/tools/commands/command_test.h"

namespace storyteller::score_answers_test {
namespace {

using nlohmann::json;

class ScoreAnswers : public CommandTest {
 protected:
  static std::string annotation(int id, const std::string& type, const std::string& most,
                                const std::string& one) {
    json record = {{"question_id", id},
                   {"image_id", 7},
                   {"question_type", type},
                   {"answer_type", "other"},
                   {"answers", json::array()}};
    for (int i = 1; i <= 10; ++i) {
      record["answers"].push_back({{"answer_id", i}, {"answer", i == 1 ? one : most}});
    }
    return record.dump();
  }
  Ended score(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"score", "--task", "vqa", "--questions", questions_,
                                         "--annotations", annotations_, "--results", results_});
    return run_storyteller(std::move(arguments));
  }
  std::string annotations_ =
      write("annotations.json", R"({"annotations": [)" + annotation(1, "what", "dog", "cat") + "," +
                                    annotation(2, "what", "cat", "dog") + "," +
                                    annotation(3, "is", "yes", "no") + "]}");
  std::string questions_ = write("questions.json", R"({"questions": [
      {"question_id": 1, "image_id": 7, "question": "What runs?"},
      {"question_id": 2, "image_id": 7, "question": "What sits?"},
      {"question_id": 3, "image_id": 7, "question": "Is it day?"}]})");
  std::string results_ = write("results.json", R"([{"question_id": 1, "answer": "A dog."},
      {"question_id": 2, "answer": "dog"}, {"question_id": 3, "answer": "no!"}])");
};

TEST_F(ScoreAnswers, AsTheOfficialScorerBesideWhatNeedsNoImage) {
  const Ended ended = score({"--json", "--per-question", folder_ / "each.json"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  const json found = json::parse(ended.out);
  EXPECT_EQ(found["questions"], 3);
  EXPECT_EQ(found["accuracy"], 53.33);  // 100, 30, 30
  EXPECT_EQ(found["by_question_type"]["what"], 65);
  EXPECT_EQ(found["by_question_type"]["is"], 30);
  EXPECT_EQ(found["priors"]["most_common_answer"], 43.33);  // "cat": 30, 100, 0
  EXPECT_EQ(found["priors"]["by_question_type"], 76.67);    // "cat" and "yes"
  const json each = json::parse(file_text(folder_ / "each.json"));
  ASSERT_EQ(each.size(), 3U);
  EXPECT_EQ(each[1]["accuracy"], 30);
  const Ended table = score({"--training", annotations_, "--training", questions_});
  EXPECT_EQ(table.code, 0) << table.err;
  for (const char* part : {"accuracy", "53.33", "without pictures", "by question type", "100.00"}) {
    EXPECT_NE(table.out.find(part), std::string::npos) << table.out;
  }
}

TEST_F(ScoreAnswers, WhatDoesNotFitIsOneClearLine) {
  expect_error(run_storyteller({"score", "--task", "vqa", "--questions", questions_}), 2,
               {"--annotations is required"});
  expect_error(score({"--hypotheses", results_}), 2, {"the other options are for captions"});
  expect_error(run_storyteller({"score", "--results", results_}), 2, {"--task vqa"});
  expect_error(score({"--training", questions_}), 2, {"without their annotations"});
  write("results.json", R"([{"question_id": 1, "answer": "dog"}])");
  expect_error(score({}), 3, {"question 2 has no answer"});
}

}  // namespace
}  // namespace storyteller::score_answers_test
