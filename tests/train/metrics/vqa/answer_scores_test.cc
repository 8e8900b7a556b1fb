// VQA's accuracy: answer by answer that of the official scorer, and what is no file of VQA.
#include "train/metrics/vqa/answer_scores.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/text/number_format.h"
#include "core/text/text_file.h"
#include "tests/temporary_folder.h"
#include "train/metrics/vqa/answer_text.h"

namespace storyteller::answer_scores_test {
namespace {

using nlohmann::json;

/// Of make_vqa_goldens.py.
const json& golden() {
  static const json read =
      json::parse(read_text_file(STORYTELLER_SOURCE_DIR "/tests/goldens/vqa_scores.json"));
  return read;
}

AnsweredQuestion question(int64_t id, const std::vector<std::string>& answers, bool ids = true) {
  AnsweredQuestion made;
  made.id = id;
  for (size_t i = 0; i < answers.size(); ++i) {
    made.answers.push_back({answers[i], ids ? std::to_string(i) : ""});
  }
  return made;
}

TEST(AnswerText, IsThatOfTheOfficialScorer) {
  ASSERT_GT(golden()["texts"].size(), 300U);
  for (const json& text : golden()["texts"]) {
    EXPECT_EQ(normalized_answer(text[0].get<std::string>()), text[1].get<std::string>()) << text[0];
  }
}

TEST(AnswerScores, OfAThousandAnswersAreThoseOfTheOfficialScorer) {
  std::vector<AnsweredQuestion> questions;
  std::unordered_map<int64_t, std::string> answers;
  for (const json& row : golden()["questions"]) {
    const auto id = static_cast<int64_t>(questions.size());
    questions.push_back(question(id, row[3].get<std::vector<std::string>>(), row[4].get<bool>()));
    questions.back().question_type = row[0];
    questions.back().answer_type = row[1];
    answers[id] = row[2];
  }
  ASSERT_EQ(questions.size(), 1000U);
  const AnswerScores scores = score_answers(questions, answers);
  for (size_t i = 0; i < questions.size(); ++i) {
    const json& row = golden()["questions"][i];
    EXPECT_EQ(decimal(100 * scores.each[i], 2), decimal(row[5].get<double>(), 2)) << row;
  }
  const json& accuracy = golden()["accuracy"];
  EXPECT_EQ(decimal(100 * scores.all, 2), decimal(accuracy["overall"].get<double>(), 2));
  const auto expect_types = [](const std::map<std::string, double>& types, const json& wanted) {
    ASSERT_EQ(types.size(), wanted.size());
    for (const auto& [type, mean] : types) {
      EXPECT_EQ(decimal(100 * mean, 2), decimal(wanted.at(type).get<double>(), 2)) << type;
    }
  };
  expect_types(scores.by_answer_type, accuracy["perAnswerType"]);
  expect_types(scores.by_question_type, accuracy["perQuestionType"]);
}

TEST(AnswerScores, OneToFourOfTenPeopleCountAsThePaperSays) {
  const std::vector<double> wanted = {0, .3, .6, .9, 1, 1};
  for (size_t agree = 0; agree < wanted.size(); ++agree) {
    std::vector<std::string> people(10, "red");
    for (size_t i = 0; i < agree; ++i) people[i] = "blue";
    // No answer of all ten alike: one is left as it is.
    if (agree == 0) people[9] = "green";
    EXPECT_NEAR(vqa_accuracy(question(1, people), "blue"), wanted[agree], 1e-12) << agree;
  }
}

TEST(AnswerScores, NothingIsMendedWhereAllSayTheSame) {
  EXPECT_EQ(vqa_accuracy(question(1, std::vector<std::string>(10, "yes")), "Yes."), 0);
  EXPECT_EQ(vqa_accuracy(question(1, std::vector<std::string>(10, "yes")), " yes\n"), 1);
}

TEST(AnswerScores, EveryQuestionIsAnsweredOnceAndNoOther) {
  const std::vector<AnsweredQuestion> questions = {question(1, {"yes"}), question(2, {"no"})};
  EXPECT_THROW(score_answers(questions, {{1, "yes"}}), InputError);
  EXPECT_THROW(score_answers(questions, {{1, "yes"}, {2, "no"}, {3, "no"}}), InputError);
}

TEST(AnswerPriors, AreTheMostCommonAnswersTheFirstInTheAlphabetOfEquals) {
  std::vector<AnsweredQuestion> training;
  for (const auto& [type, answer] : {std::pair{"is there", "yes"},
                                     {"is there", "no"},
                                     {"how many", "2"},
                                     {"how many", "two"},
                                     {"what", "dog"}}) {
    training.push_back(question(static_cast<int64_t>(training.size()), {answer, answer, answer}));
    training.back().question_type = type;
  }
  const AnswerPriors priors(training);
  EXPECT_EQ(priors.most_common, "2");
  EXPECT_EQ(priors.by_question_type.at("is there"), "no");
  EXPECT_EQ(priors.by_question_type.at("how many"), "2");
  AnsweredQuestion other = question(9, {"x"});
  other.question_type = "why";
  EXPECT_EQ(priors.by_type({other}).at(9), "2");
  const auto by_text =
      answers_by_text({other}, {{9, " What is it? "}}, training,
                      {{0, "a"}, {1, "b"}, {2, "c"}, {3, "d"}, {4, "what is it?"}}, priors);
  EXPECT_EQ(by_text.at(9), "dog");
}

class AnswerFiles : public testing::Test {
 protected:
  std::string write(const std::string& text) const {
    write_text(folder_ / "file.json", text);
    return folder_ / "file.json";
  }
  /// What reading these annotations says.
  template <class Read>
  std::string complaint(Read read, const std::string& text) const {
    try {
      read(write(text));
    } catch (const InputError& error) {
      return error.what();
    }
    return "";
  }
  TemporaryFolder folder_;
};

TEST_F(AnswerFiles, WhatIsNoFileOfVqaIsNamedWithItsPlace) {
  const auto annotations = [&](const std::string& text) {
    return complaint(read_vqa_annotations, text);
  };
  const auto results = [&](const std::string& text) { return complaint(read_vqa_results, text); };
  EXPECT_NE(annotations("[]").find("no annotations"), std::string::npos);
  EXPECT_NE(annotations(R"({"questions": []})").find("expected {\"annotations\""),
            std::string::npos);
  EXPECT_NE(annotations(R"({"annotations": [{"question_id": 1, "image_id": 2, "answers": []}]})")
                .find("annotations[0]: question 1 has no \"answers\""),
            std::string::npos);
  EXPECT_NE(results(R"([{"question_id": 1, "answer": 3}])").find("[0]: \"answer\" is number"),
            std::string::npos);
  EXPECT_NE(results(R"([{"question_id": 1, "answer": "3"}, {"question_id": 1, "answer": "4"}])")
                .find("[1]: question 1 stands there twice"),
            std::string::npos);
  EXPECT_NE(results(R"([{"question_id": "x", "answer": "3"}])").find("no whole number"),
            std::string::npos);
  EXPECT_EQ(read_vqa_results(write(R"([{"question_id": "7", "answer": "3"}])")).at(7), "3");
}

}  // namespace
}  // namespace storyteller::answer_scores_test
