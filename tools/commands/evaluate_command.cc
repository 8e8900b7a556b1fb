#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/system/atomic_file.h"
#include "core/system/printable.h"
#include "core/text/json_line.h"
#include "core/text/json_name.h"
#include "core/text/number_format.h"
#include "core/text/phrase.h"
#include "core/text/shell_word.h"
#include "model/ensemble.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/flag_names.h"
#include "tools/cli/progress.h"
#include "tools/commands/captioning_record.h"
#include "tools/commands/choice_arguments.h"
#include "tools/commands/command.h"
#include "tools/commands/common_options.h"
#include "tools/commands/confidence_report.h"
#include "tools/commands/evaluate_answers.h"
#include "tools/commands/evaluation_report.h"
#include "tools/commands/metric_arguments.h"
#include "tools/commands/model_arguments.h"
#include "tools/commands/output_file.h"
#include "tools/commands/people_arguments.h"
#include "tools/commands/preparation_progress.h"
#include "tools/commands/score_notes.h"
#include "tools/commands/score_rows.h"
#include "tools/commands/search_arguments.h"
#include "tools/commands/set_sections.h"
#include "tools/commands/stopped.h"
#include "tools/commands/style_argument.h"
#include "tools/commands/training_history.h"
#include "tools/commands/word_arguments.h"
#include "tools/render/text_report.h"
#include "train/data/data_sets.h"
#include "train/metrics/files/score_json.h"
#include "train/selection.h"
#include "train/validation/evaluation.h"
#include "train/word_coverage.h"

namespace storyteller {
namespace {

struct EvaluateArguments {
  ModelArguments models;
  std::vector<std::string> data;
  std::string style, split = "val", results, report, cache = default_cache_folder();
  MetricArguments metrics;
  std::string question_only;
  bool json = false, answers = false;
  size_t examples = 24;
  double max_bad = MaxBad{}.share;
  SearchArguments search;
  WordArguments words;
  ChoiceArguments choice;
  std::optional<GenderWords> gender;
  Machine machine;
};

/// What a reader of the scores should know about the captions of both sides.
std::vector<std::string> notes_on(const Evaluation& evaluation, const Captioner& captioner,
                                  const SplitData& data) {
  std::vector<std::string> said, expected;
  for (size_t i = 0; i < evaluation.captions.size(); ++i) {
    said.push_back(joined(evaluation.scored_words(captioner, i), " "));
    for (const Caption& other : evaluation.others[i]) said.push_back(captioner.sentence(other));
    const std::vector<std::string> captions = data.dataset->captions(i);
    expected.insert(expected.end(), captions.begin(), captions.end());
  }
  return caption_notes(said, expected, evaluation.scoring.metrics);
}

/// One of the data sets, captioned.
struct EvaluatedSet {
  DataSet set;
  SplitData data;
  std::string style = {};  // of the captions; "": the model knows none
  Evaluation evaluation = {};
  std::vector<std::string> notes = {};  // on stderr when all is done
  std::string foreign = {};             // on stderr already
};

nlohmann::ordered_json scores_json(const EvaluatedSet& one) {
  const Evaluation& evaluation = one.evaluation;
  const CaptionScores& scores = evaluation.scores;
  nlohmann::ordered_json json;
  json["pictures"] = evaluation.captions.size();
  add_scores(scores, evaluation.scoring, json);
  json["distinct_captions"] = scores.distinct_captions;
  if (evaluation.scenes) {
    json["single_held_out_objects"] = evaluation.scenes->single;
    json["exact_colour_and_shape"] = evaluation.scenes->exact;
    if (evaluation.scenes->pointing) {
      json["pointing_accuracy"] = *evaluation.scenes->pointing;
      json["pointing_chance"] = *evaluation.scenes->chance;
    }
  }
  if (!one.style.empty()) json["style"] = one.style;
  if (evaluation.confidence) json["confidence"] = confidence_json(*evaluation.confidence);
  if (evaluation.bias) json["gender"] = gender_json(*evaluation.gender, *evaluation.bias);
  if (evaluation.set) json["set"] = set_json(*evaluation.set, evaluation.scoring);
  return json;
}

void print_table(const Evaluation& evaluation, const std::vector<std::string>& rewards) {
  std::vector<HtmlReport::Score> rows = score_rows(evaluation);
  rows.insert(rows.begin(), {"pictures", grouped(evaluation.captions.size()), ""});
  for (const std::string& reward : rewards) rows.push_back({"Trained for", reward, ""});
  print_rows(std::cout, rows);
  if (!evaluation.set) return;
  for (const auto& section : set_sections(*evaluation.set, evaluation.scoring)) {
    std::cout << '\n' << render_text(section);
  }
}

/// COCO's results format: [{"image_id": ..., "caption": ...}, ...], all captions of a picture
/// behind each other, the first one first.
void write_results(const std::string& path, const Captioner& captioner, const SplitData& data,
                   const Evaluation& evaluation) {
  nlohmann::json results = nlohmann::json::array();
  const auto add = [&](size_t picture, const std::string& caption) {
    nlohmann::json result = {{"caption", caption}};
    if (const std::optional<int64_t> number = data.dataset->number(picture)) {
      result["image_id"] = *number;
    } else {
      set_name(result, "image_id", data.dataset->id(picture));
    }
    results.push_back(std::move(result));
  };
  for (size_t i = 0; i < evaluation.captions.size(); ++i) {
    add(i, joined(evaluation.scored_words(captioner, i), " "));
    for (const Caption& other : evaluation.others[i]) add(i, captioner.sentence(other));
  }
  write_file_atomically(path, json_document(results));
}

/// What people wrote about the training split, to tell which captions are new; a data set without
/// one has none, for the reason that the note gives.
std::optional<SeenCaptions> training_captions(const EvaluatedSet& one,
                                              std::vector<std::string>& notes) {
  const SplitData& data = one.data;
  SeenCaptions seen;
  const auto add_all = [&](const CaptionCorpus& corpus) {
    for (size_t i = 0; i < corpus.size(); ++i) seen.add(corpus.tokens(i));
  };
  if (data.split == Split::kTrain) {
    add_all(*data.captions);
    return seen;
  }
  try {
    add_all(*SplitData(one.set.specification, Split::kTrain, MaxBad{.share = 1}).captions);
  } catch (const InputError& error) {
    notes.push_back(std::string("which captions are new cannot be told: ") +
                    with_flags(error.what()));
    return std::nullopt;
  }
  return seen;
}

void require_outputs_apart(const EvaluateArguments& arguments,
                           const std::vector<std::string>& models) {
  InputFiles inputs;
  for (const std::string& model : models) inputs.add(model, "the model");
  arguments.choice.add_to(inputs);
  for (const DataSet& set : parse_data_sets(arguments.data)) inputs.add_data(set.specification);
  if (arguments.data.size() > 1 && !(arguments.results.empty() && arguments.report.empty())) {
    throw UsageError(
        "--results and --report are of one data set; leave them out, or evaluate each --data by "
        "itself");
  }
  inputs.require_other("--results", arguments.results);
  inputs.require_other("--report", arguments.report);
  require_output_file("--results", arguments.results, OutputKind::kJsonArray);
  require_output_file("--report", arguments.report, OutputKind::kPage);
}

/// What was odd, for the reader of the scores.
void add_notes(const EvaluateArguments& arguments, const Captioning& captioning,
               const BadPictures& bad, EvaluatedSet& one) {
  const Evaluation& evaluation = one.evaluation;
  if (!bad.empty()) one.notes.push_back(bad.summary());
  MissingWords missing(captioning.demands.must, arguments.words.must());
  for (size_t i = 0; i < evaluation.captions.size(); ++i) {
    if (evaluation.captions[i].words.empty()) continue;  // could not be decoded
    missing.look(evaluation.captions[i], one.data.dataset->id(i));
  }
  for (const std::string& note : missing.notes()) one.notes.push_back(note);
  if (!arguments.results.empty() && captioning.wanted() > 1) {
    one.notes.push_back("--results " + printable_path(arguments.results) + ": it holds up to " +
                        std::to_string(captioning.wanted()) +
                        " captions for an image_id, the scored one first; COCO's evaluation takes "
                        "one each, which --n-best 1 writes");
  }
  for (std::string& note : notes_on(evaluation, captioning.models.shown(), one.data)) {
    one.notes.push_back(std::move(note));
  }
}

/// Captions a set, each in the style of its own where the models know it and no other is asked for.
EvaluatedSet evaluate_set(const EvaluateArguments& arguments, const ScorerOptions& metrics,
                          const DataSet& set, const Captioning& captioning, Progress& progress) {
  Ensemble& ensemble = captioning.models;
  std::string style = speak_style(arguments.style, set.name, ensemble);
  const MaxBad max_bad{.share = arguments.max_bad};
  EvaluatedSet one{.set = set, .data = {set.specification, parse_split(arguments.split), max_bad}};
  one.style = std::move(style);
  SplitData& data = one.data;
  one.foreign = foreign_words_warning(word_coverage(*data.captions, ensemble.vocabulary()));
  if (!one.foreign.empty()) report_warning(one.foreign, std::cerr);
  BadPictures bad(max_bad.of(data.dataset->size() + data.dataset->skipped().count()));
  bad.record_all(data.dataset->skipped());
  std::vector<std::unique_ptr<FeatureCache>> caches;
  for (Captioner* encoder : ensemble.encoders()) {
    data.prepare_features(*encoder, arguments.cache, observe_preparation(progress), bad);
    caches.push_back(std::move(data.features));
  }
  one.notes = data.dataset->notes();
  std::optional<SeenCaptions> training;
  if (measures_sets(captioning)) training = training_captions(one, one.notes);
  one.evaluation = evaluate(captioning, data, caches, metrics, bad, training ? &*training : nullptr,
                            arguments.gender, [&](size_t done, size_t total) {
                              progress.update({.label = "captions",
                                               .done = static_cast<int64_t>(done),
                                               .total = static_cast<int64_t>(total),
                                               .unit = "pictures"});
                            });
  progress.finish();
  add_notes(arguments, captioning, bad, one);
  for (const std::string& note : one.notes) report_warning(note, std::cerr);
  if (!one.foreign.empty()) one.notes.push_back(one.foreign);  // said before
  return one;
}

/// Means over several sets, each counting the same, by the columns' keys.
NamedScores mean_scores(const std::vector<EvaluatedSet>& all) {
  std::vector<SetRecord> records;
  records.reserve(all.size());
  for (const EvaluatedSet& one : all) {
    records.push_back({.name = one.set.name, .scores = named_scores(one.evaluation.scores)});
  }
  EpochRecord mean;
  take_sets(std::move(records), SelectionOver::kMean, &mean);
  return mean.scores;
}

void write_files(const EvaluateArguments& arguments, const std::vector<std::string>& models,
                 const CaptioningRecord& record, Captioner& captioner, const EvaluatedSet& one) {
  if (!arguments.results.empty()) {
    write_results(arguments.results, captioner, one.data, one.evaluation);
  }
  if (arguments.report.empty()) return;
  HtmlReport report =
      make_report(captioner, one.data, one.evaluation, history_of(models[0]), arguments.examples);
  report.footer = "storyteller evaluate --data " + shell_word(arguments.data.front()) +
                  " --split " + arguments.split;
  if (!arguments.style.empty()) report.footer += " --style " + shell_word(arguments.style);
  add_record(record, report);
  write_html_report(arguments.report, report);
}

/// Of one set its scores; of several those of each, and their mean.
nlohmann::ordered_json json_of(const std::vector<EvaluatedSet>& all) {
  if (all.size() == 1) return scores_json(all.front());
  nlohmann::ordered_json json;
  for (const EvaluatedSet& one : all) json["sets"][one.set.name] = scores_json(one);
  for (const auto& [key, score] : mean_scores(all)) json["mean"][key] = score;
  return json;
}

std::vector<std::string> notes_of(const std::vector<EvaluatedSet>& all) {
  std::vector<std::string> notes;
  for (const EvaluatedSet& one : all) {
    for (const std::string& note : one.notes) {
      notes.push_back(all.size() == 1 ? note : one.set.name + ": " + note);
    }
  }
  return notes;
}

void print_tables(const std::vector<EvaluatedSet>& all, const std::vector<std::string>& rewards) {
  if (all.size() == 1) return print_table(all.front().evaluation, rewards);
  for (const EvaluatedSet& one : all) {
    std::cout << one.set.name << '\n';
    print_table(one.evaluation, rewards);
    std::cout << '\n';
  }
  std::cout << "mean of " << all.size() << " sets\n";
  const NamedScores means = mean_scores(all);
  std::vector<HtmlReport::Score> rows;
  for (const ScoreColumn& column : score_columns()) {
    if (const auto mean = means.find(column.key)) {
      rows.push_back({std::string(column.title), decimal(*mean, 3), ""});
    }
  }
  print_rows(std::cout, rows);
}

int run_answers(const EvaluateArguments& arguments) {
  const std::vector<std::string> models = arguments.models.files();
  if (models.size() > 1 || !arguments.report.empty() || !arguments.style.empty() ||
      arguments.gender || !arguments.metrics.metrics.empty()) {
    throw UsageError("--task vqa takes one --model and no option that is for captions alone");
  }
  return evaluate_answers_command({.model = models.front(),
                                   .data = arguments.data,
                                   .split = arguments.split,
                                   .cache = arguments.cache,
                                   .results = arguments.results,
                                   .question_only = arguments.question_only,
                                   .json = arguments.json,
                                   .max_bad = arguments.max_bad},
                                  arguments.machine);
}

int run(const EvaluateArguments& arguments) {
  if (arguments.answers) return run_answers(arguments);
  if (!arguments.question_only.empty()) throw UsageError("--question-only goes with --task vqa");
  catch_stop_signals();
  const ScorerOptions metrics = arguments.metrics.scorer_options();
  const std::vector<std::string> models = arguments.models.files();
  const std::vector<DataSet> sets = parse_data_sets(arguments.data);
  require_outputs_apart(arguments, models);
  const Choice choice = arguments.choice.choice();
  const Device device = arguments.machine.start(/*verbose=*/true);
  Ensemble ensemble = Ensemble::load(models, device);
  const Captioning captioning = captioning_of(ensemble, arguments.search, arguments.words, choice);
  if (arguments.gender && captioning.wanted() > 1) {
    throw UsageError("--gender words one caption an image: leave --n-best out");
  }
  const CaptioningRecord record =
      captioning_record(models, captioning.search, arguments.words, arguments.choice);
  Progress progress(std::cerr, ProgressStyle::detect(STDERR_FILENO));
  std::vector<EvaluatedSet> all;
  all.reserve(sets.size());
  for (const DataSet& set : sets) {
    all.push_back(evaluate_set(arguments, metrics, set, captioning, progress));
  }
  write_files(arguments, models, record, ensemble.shown(), all.front());
  const std::vector<std::string> rewards = rewards_of(models);
  if (arguments.json) {
    nlohmann::ordered_json json = json_of(all);
    if (!rewards.empty()) json["trained_for"] = rewards;
    add_record(record, json);
    json["notes"] = with_flags(notes_of(all));
    std::cout << json_line(json);
  } else {
    print_tables(all, rewards);
  }
  return 0;
}

}  // namespace

void add_evaluate_command(const Options& program) {
  auto arguments = std::make_shared<EvaluateArguments>();
  const Options command = program.command(
      "evaluate", "caption a split of a data set and score the captions, or answers");
  command.choice(
      "--task", {"captions", "vqa"}, "captions",
      [arguments = arguments.get()](const std::string& task) {
        arguments->answers = task == "vqa";
      },
      "captions, or vqa: answers to the questions of the data");
  const Options input = command.group("Input");
  input
      .repeated("--data", arguments->data,
                "FORMAT:PATH, as for train; of several each is scored by itself, and their mean")
      .required();
  input.text("--split", arguments->split, "train, val or test");
  input.text("--cache", arguments->cache, "folder of cached features of frozen encoders");
  add_max_bad_option(input, arguments->max_bad);
  arguments->models.add_options(input);
  input.text("--question-only", arguments->question_only,
             "--task vqa: a model that was trained with vqa.blind, to compare with");
  add_style_option(input, arguments->style);
  arguments->metrics.add_options(command.group("Metrics"), kReportedMetrics);
  add_gender_option(command.group("Words for people"), arguments->gender);
  const Options output = command.group("Output");
  output.flag("--json", arguments->json, "scores as one JSON object");
  output.text("--results", arguments->results,
              "captions as JSON, in COCO's results format; answers in VQA's");
  output.text("--report", arguments->report,
              "HTML page with scores, images, captions and attention maps");
  output.number("--examples", arguments->examples, "images on that page");
  arguments->search.add_options(command);
  arguments->words.add_options(command.group(kConstraints));
  arguments->choice.add_options(command);
  arguments->machine.add_options(command.group(kMachine));
  command.runs([arguments] { return run(*arguments); });
}

}  // namespace storyteller
