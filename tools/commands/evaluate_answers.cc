#include "tools/commands/evaluate_answers.h"

#include <array>
#include <iostream>
#include <memory>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/system/atomic_file.h"
#include "core/system/signals.h"
#include "core/text/json_line.h"
#include "core/text/number_format.h"
#include "core/text/phrase.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/progress.h"
#include "tools/commands/output_file.h"
#include "tools/commands/preparation_progress.h"
#include "tools/commands/score_rows.h"
#include "tools/commands/stopped.h"
#include "train/data/data_sets.h"
#include "train/vqa/answer_evaluation.h"

namespace storyteller {
namespace {

using nlohmann::ordered_json;

constexpr std::array<const char*, kAnswerers> kAnswererKeys = {
    "accuracy", "most_common_answer", "by_question_type", "by_question", "question_only"};
constexpr std::array<const char*, kAnswerers> kAnswererTitles = {
    "accuracy", "most common answer", "by question type", "by question", "question only"};
/// Below so many points pictures are not used.
constexpr double kLeastGap = 5;

std::string unused_note(const AnswerEvaluation& evaluation) {
  if (evaluation.picture_gap() >= kLeastGap) return "";
  return "the pictures are not used: with them the model is " +
         decimal(evaluation.picture_gap(), 1) +
         " points from what the question alone tells; below 5 points an answer says nothing of "
         "the picture";
}

void print_answer_tables(const AnswerEvaluation& evaluation) {
  std::vector<HtmlReport::Score> rows;
  for (const AnswerGroup& group : evaluation.groups) {
    rows.push_back(
        {group.title, "",
         grouped(group.questions) + (group.questions == 1 ? " question" : " questions")});
    for (size_t who = 0; who < kAnswerers; ++who) {
      const bool blind = who == static_cast<size_t>(Answerer::kQuestionOnly);
      rows.push_back({kAnswererTitles[who], decimal(100 * group.accuracy[who], 2),
                      blind && evaluation.zeroed ? "this network, without its pictures" : "",
                      /*part=*/true});
    }
  }
  if (evaluation.pointing) {
    rows.push_back({"points at the shape", decimal(100 * evaluation.pointing->share, 2),
                    "chance " + decimal(100 * evaluation.pointing->chance, 2)});
  }
  print_rows(std::cout, rows);
}

ordered_json evaluation_json(const AnswerEvaluation& evaluation) {
  ordered_json json;
  for (const AnswerGroup& group : evaluation.groups) {
    ordered_json& of_group = json["groups"][group.key];
    of_group["questions"] = group.questions;
    for (size_t who = 0; who < kAnswerers; ++who) {
      of_group[kAnswererKeys[who]] = std::stod(decimal(100 * group.accuracy[who], 2));
    }
  }
  json["question_only_is"] = evaluation.zeroed ? "zeroed" : "trained";
  if (evaluation.pointing) {
    json["pointing"] = evaluation.pointing->share;
    json["pointing_chance"] = evaluation.pointing->chance;
  }
  return json;
}

/// As VQA's server takes them.
void write_answers(const std::string& file, const Dataset& dataset, const Answers& answers,
                   const std::vector<GivenAnswer>& given) {
  ordered_json all = ordered_json::array();
  size_t number = 0;
  for (size_t i = 0; i < dataset.size(); ++i) {
    for (const PictureQuestion& question : dataset.questions(i)) {
      const int32_t answer = given[number++].answer;
      all.push_back({{"question_id", question.asked.id},
                     {"answer", answer < 0 ? std::string() : answers.text(answer)}});
    }
  }
  write_file_atomically(file, json_document(all));
}

/// The questions that the priors are of: those of training, or, where there are none, the same.
std::unique_ptr<Dataset> training_of(const std::string& data) {
  try {
    return open_dataset(data, Split::kTrain,
                        {.max_bad = MaxBad{.share = 1}, .look_for_pictures = false});
  } catch (const InputError& error) {
    report_warning(std::string("the questions of train are not there, so the priors come from the "
                               "questions that are scored and look better than they are: ") +
                       error.what(),
                   std::cerr);
  }
  return nullptr;
}

void check_answer_evaluation(const AnswerEvaluationArguments& arguments) {
  if (arguments.data.size() != 1) {
    throw UsageError("--task vqa answers the questions of one --data; name one");
  }
  InputFiles inputs;
  inputs.add(arguments.model, "the model");
  inputs.add(arguments.question_only, "the model that reads questions alone");
  inputs.add_data(parse_data_sets(arguments.data).front().specification);
  inputs.require_other("--results", arguments.results);
  require_output_file("--results", arguments.results, OutputKind::kJsonArray);
}

}  // namespace

int evaluate_answers_command(const AnswerEvaluationArguments& arguments, const Machine& machine) {
  catch_stop_signals();
  check_answer_evaluation(arguments);
  const Split split = parse_split(arguments.split);
  const MaxBad max_bad{.share = arguments.max_bad};
  const std::string specification = parse_data_sets(arguments.data).front().specification;
  const Device device = machine.start(/*verbose=*/true);
  const auto load = [&](const std::string& file) {
    return Captioner::load(file, device, false, DType::kFloat32, Task::kVqa);
  };
  const auto model = load(arguments.model);
  std::unique_ptr<Captioner> blind;
  if (!arguments.question_only.empty()) {
    blind = load(arguments.question_only);
    if (!blind->options().vqa.blind) {
      throw UsageError("--question-only " + arguments.question_only +
                       ": this model looks at pictures; train one with --set vqa.blind=true");
    }
    if (blind->encoder().width() != model->encoder().width()) {
      throw UsageError("--question-only " + arguments.question_only +
                       ": this model has another encoder than --model; train it with the same one");
    }
  }
  Progress progress(std::cerr, ProgressStyle::detect(2));
  SplitData data(specification, split, max_bad);
  const auto training = training_of(specification);
  BadPictures bad(max_bad.of(data.dataset->size() + data.dataset->skipped().count()));
  bad.record_all(data.dataset->skipped());
  data.prepare_features(*model, arguments.cache, observe_preparation(progress), bad);
  const AnswerEvaluation evaluation =
      evaluate_answers(*model, data, training ? *training : *data.dataset, blind.get(),
                       specification.starts_with("easy-vqa:"), bad, [&](size_t done, size_t total) {
                         if (stop_requested()) throw Stopped();
                         progress.update({.label = "answers",
                                          .done = static_cast<int64_t>(done),
                                          .total = static_cast<int64_t>(total),
                                          .unit = "pictures"});
                       });
  progress.finish();
  std::vector<std::string> notes = data.dataset->notes();
  if (!bad.empty()) notes.push_back(bad.summary());
  if (evaluation.unread > 0) {
    notes.push_back(counted(evaluation.unread, "question", "questions") +
                    " about pictures that cannot be read: counted as wrong");
  }
  if (const std::string note = unused_note(evaluation); !note.empty()) notes.push_back(note);
  for (const std::string& note : notes) report_warning(note, std::cerr);
  if (!arguments.results.empty()) {
    write_answers(arguments.results, *data.dataset, model->answers(), evaluation.given);
  }
  if (arguments.json) {
    ordered_json json = evaluation_json(evaluation);
    json["notes"] = notes;
    std::cout << json_line(json);
  } else {
    print_answer_tables(evaluation);
  }
  return 0;
}

}  // namespace storyteller
