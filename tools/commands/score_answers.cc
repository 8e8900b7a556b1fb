#include "tools/commands/score_answers.h"

#include <iostream>
#include <optional>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/system/atomic_file.h"
#include "core/text/json_line.h"
#include "core/text/json_text.h"
#include "core/text/number_format.h"
#include "tools/commands/output_file.h"
#include "tools/commands/score_rows.h"
#include "train/metrics/vqa/answer_scores.h"

namespace storyteller {
namespace {

using nlohmann::ordered_json;

/// What answers are compared with that need no picture.
struct Prior {
  const char *key, *name;
  double accuracy;
  std::string note = {};
};

/// What `--training` gave.
struct SeenQuestions {
  std::vector<AnsweredQuestion> annotations;
  std::unordered_map<int64_t, std::string> texts;
};

bool holds_questions(const std::string& file) {
  const JsonText text = JsonText::of_file(file);
  bool questions = false;
  text.for_each_value([&](std::string_view value) {
    questions = questions || (value.starts_with('{') && text.member(value, "annotations").empty() &&
                              !text.member(value, "questions").empty());
  });
  return questions;
}

SeenQuestions read_training(const std::vector<std::string>& files) {
  SeenQuestions seen;
  for (const std::string& file : files) {
    if (holds_questions(file)) {
      seen.texts.merge(read_vqa_questions(file));
    } else {
      auto annotations = read_vqa_annotations(file);
      seen.annotations.insert(seen.annotations.end(), annotations.begin(), annotations.end());
    }
  }
  if (seen.annotations.empty() && !seen.texts.empty()) {
    throw UsageError("--training has questions without their annotations; give both files");
  }
  return seen;
}

/// As the original prints it: percent with two digits.
double rounded_percent(double accuracy) { return std::stod(decimal(100 * accuracy, 2)); }

std::vector<Prior> priors_of(const std::vector<AnsweredQuestion>& questions,
                             const std::unordered_map<int64_t, std::string>& texts,
                             const SeenQuestions& seen) {
  const bool trained = !seen.annotations.empty();
  const AnswerPriors priors(trained ? seen.annotations : questions);
  const char* where = trained ? "in training" : "of these very questions";
  const auto accuracy = [&](const std::unordered_map<int64_t, std::string>& answers) {
    return score_answers(questions, answers).all;
  };
  std::vector<Prior> all = {
      {"most_common_answer", "most common answer", accuracy(priors.same_for_all(questions)),
       "\"" + priors.most_common + "\", the most common one " + where},
      {"by_question_type", "by question type", accuracy(priors.by_type(questions)),
       std::string("the most common one of each question's type ") + where}};
  if (!seen.texts.empty()) {
    all.push_back(
        {"by_question", "by question",
         accuracy(answers_by_text(questions, texts, seen.annotations, seen.texts, priors)),
         "the most common one of the same question in training"});
  }
  return all;
}

ordered_json json_of(const std::map<std::string, double>& types) {
  ordered_json json = ordered_json::object();
  for (const auto& [type, accuracy] : types) json[type] = rounded_percent(accuracy);
  return json;
}

void add_types(std::vector<HtmlReport::Score>& rows, const std::map<std::string, double>& types,
               const std::map<std::string, size_t>& counts) {
  for (const auto& [type, accuracy] : types) {
    if (type.empty()) continue;
    rows.push_back({type, decimal(100 * accuracy, 2),
                    grouped(counts.at(type)) + (counts.at(type) == 1 ? " question" : " questions"),
                    /*part=*/true});
  }
}

void print_table(const std::vector<AnsweredQuestion>& questions, const AnswerScores& scores,
                 const std::vector<Prior>& priors) {
  std::vector<HtmlReport::Score> rows = {
      {"questions", grouped(questions.size()), ""},
      {"accuracy", decimal(100 * scores.all, 2), "agreement with people, of 100"}};
  add_types(rows, scores.by_answer_type, scores.answer_type_counts);
  rows.push_back({"by question type", "", ""});
  add_types(rows, scores.by_question_type, scores.question_type_counts);
  rows.push_back({"without pictures", "", ""});
  for (const Prior& prior : priors) {
    rows.push_back({prior.name, decimal(100 * prior.accuracy, 2), prior.note, /*part=*/true});
  }
  print_rows(std::cout, rows);
}

void write_per_question(const std::string& file, const std::vector<AnsweredQuestion>& questions,
                        const AnswerScores& scores,
                        const std::unordered_map<int64_t, std::string>& answers) {
  ordered_json all = ordered_json::array();
  for (size_t i = 0; i < questions.size(); ++i) {
    all.push_back({{"question_id", questions[i].id},
                   {"answer", answers.at(questions[i].id)},
                   {"accuracy", rounded_percent(scores.each[i])}});
  }
  write_file_atomically(file, json_document(all));
}

void check(const AnswerArguments& arguments, const std::vector<std::string>& training) {
  for (const auto& [option, file] : {std::pair{"--questions", &arguments.questions},
                                     {"--annotations", &arguments.annotations},
                                     {"--results", &arguments.results}}) {
    if (file->empty()) {
      throw UsageError(std::string(option) +
                       " is required with --task vqa (see storyteller score "
                       "--help)");
    }
  }
  InputFiles inputs;
  inputs.add(arguments.questions, "the file of questions");
  inputs.add(arguments.annotations, "the file of annotations");
  inputs.add(arguments.results, "the file of results");
  for (const std::string& file : training) inputs.add(file, "a file of training");
  inputs.require_other("--per-question", arguments.per_question);
  require_output_file("--per-question", arguments.per_question, OutputKind::kJsonArray);
}

}  // namespace

void AnswerArguments::add_options(const Options& command) {
  command.text("--questions", questions, "VQA's questions, JSON");
  command.text("--annotations", annotations, "what people answered, VQA's JSON");
  command.text(
      "--results", results,
      "answers to score: [{\"question_id\": 1, \"answer\": \"yes\"}, ...], each question once");
  command.text("--per-question", per_question, "accuracy of every answer, .json");
}

bool AnswerArguments::given() const {
  return !questions.empty() || !annotations.empty() || !results.empty() || !per_question.empty();
}

int score_answers_command(const AnswerArguments& arguments,
                          const std::vector<std::string>& training, bool json) {
  check(arguments, training);
  const auto questions = read_vqa_annotations(arguments.annotations);
  const auto texts = read_vqa_questions(arguments.questions);
  for (const AnsweredQuestion& question : questions) {
    if (!texts.contains(question.id)) {
      throw InputError("question " + std::to_string(question.id) +
                       " is annotated, but --questions does not ask it; give files of one split");
    }
  }
  const auto answers = read_vqa_results(arguments.results);
  const AnswerScores scores = score_answers(questions, answers);
  const std::vector<Prior> priors = priors_of(questions, texts, read_training(training));
  if (!arguments.per_question.empty()) {
    write_per_question(arguments.per_question, questions, scores, answers);
  }
  if (!json) {
    print_table(questions, scores, priors);
    return 0;
  }
  ordered_json out = {{"questions", questions.size()},
                      {"accuracy", rounded_percent(scores.all)},
                      {"by_answer_type", json_of(scores.by_answer_type)},
                      {"by_question_type", json_of(scores.by_question_type)}};
  for (const Prior& prior : priors) out["priors"][prior.key] = rounded_percent(prior.accuracy);
  out["priors_of"] = training.empty() ? "scored" : "training";
  std::cout << json_line(out);
  return 0;
}

}  // namespace storyteller
