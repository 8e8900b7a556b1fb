#include <filesystem>
#include <iostream>
#include <memory>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/serialization/safetensors.h"
#include "core/system/atomic_file.h"
#include "core/system/printable.h"
#include "core/text/json_line.h"
#include "core/text/json_name.h"
#include "core/text/number_format.h"
#include "core/text/shell_word.h"
#include "model/ensemble.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/flag_names.h"
#include "tools/cli/progress.h"
#include "tools/commands/captioning_record.h"
#include "tools/commands/choice_arguments.h"
#include "tools/commands/command.h"
#include "tools/commands/common_options.h"
#include "tools/commands/evaluation_report.h"
#include "tools/commands/metric_arguments.h"
#include "tools/commands/model_arguments.h"
#include "tools/commands/output_file.h"
#include "tools/commands/preparation_progress.h"
#include "tools/commands/score_notes.h"
#include "tools/commands/score_rows.h"
#include "tools/commands/search_arguments.h"
#include "tools/commands/set_sections.h"
#include "tools/commands/stopped.h"
#include "tools/commands/word_arguments.h"
#include "tools/render/text_report.h"
#include "train/metrics/files/score_json.h"
#include "train/validation/evaluation.h"
#include "train/word_coverage.h"

namespace storyteller {
namespace {

struct EvaluateArguments {
  ModelArguments models;
  std::string data, split = "val", results, report, cache = default_cache_folder();
  MetricArguments metrics;
  bool json = false;
  size_t examples = 24;
  double max_bad = MaxBad{}.share;
  SearchArguments search;
  WordArguments words;
  ChoiceArguments choice;
  Machine machine;
};

/// What a reader of the scores should know about the captions of both sides.
std::vector<std::string> notes_on(const Evaluation& evaluation, const Captioner& captioner,
                                  const SplitData& data) {
  std::vector<std::string> said, expected;
  for (size_t i = 0; i < evaluation.captions.size(); ++i) {
    said.push_back(captioner.sentence(evaluation.captions[i]));
    for (const Caption& other : evaluation.others[i]) said.push_back(captioner.sentence(other));
    const std::vector<std::string> captions = data.dataset->captions(i);
    expected.insert(expected.end(), captions.begin(), captions.end());
  }
  return caption_notes(said, expected, evaluation.scoring.metrics);
}

nlohmann::ordered_json scores_json(const Evaluation& evaluation) {
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
  if (evaluation.set) json["set"] = set_json(*evaluation.set, evaluation.scoring);
  return json;
}

/// Epochs of the training that a model file comes from, where it tells.
std::vector<EpochRecord> history_of(const std::string& model) {
  const SafetensorsFile file = SafetensorsFile::open(model);
  if (!file.metadata().contains("storyteller.history")) return {};
  return history_from_json(file.metadata("storyteller.history"), model);
}

/// What rewards the models were trained for, and how <end> counted in them; none: for none.
std::vector<std::string> rewards_of(const std::vector<std::string>& models) {
  std::vector<std::string> rewards;
  for (const std::string& model : models) {
    const std::vector<EpochRecord> history = history_of(model);
    if (history.empty() || history.back().signature.empty()) continue;
    rewards.push_back(history.back().signature);
  }
  return rewards;
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
  const auto add = [&](size_t picture, const Caption& caption) {
    nlohmann::json result = {{"caption", captioner.sentence(caption)}};
    if (const std::optional<int64_t> number = data.dataset->number(picture)) {
      result["image_id"] = *number;
    } else {
      set_name(result, "image_id", data.dataset->id(picture));
    }
    results.push_back(std::move(result));
  };
  for (size_t i = 0; i < evaluation.captions.size(); ++i) {
    add(i, evaluation.captions[i]);
    for (const Caption& other : evaluation.others[i]) add(i, other);
  }
  write_file_atomically(path, json_document(results));
}

/// What people wrote about the training split, to tell which captions are new; a data set without
/// one has none, for the reason that the note gives.
std::optional<SeenCaptions> training_captions(const EvaluateArguments& arguments,
                                              const SplitData& data,
                                              std::vector<std::string>& notes) {
  SeenCaptions seen;
  const auto add_all = [&](const CaptionCorpus& corpus) {
    for (size_t i = 0; i < corpus.size(); ++i) seen.add(corpus.tokens(i));
  };
  if (data.split == Split::kTrain) {
    add_all(*data.captions);
    return seen;
  }
  try {
    add_all(*SplitData(arguments.data, Split::kTrain, MaxBad{.share = 1}).captions);
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
  inputs.add_data(arguments.data);
  inputs.require_other("--results", arguments.results);
  inputs.require_other("--report", arguments.report);
  require_output_file("--results", arguments.results, OutputKind::kJsonArray);
  require_output_file("--report", arguments.report, OutputKind::kPage);
}

int run(const EvaluateArguments& arguments) {
  catch_stop_signals();
  const ScorerOptions metrics = arguments.metrics.scorer_options();
  const std::vector<std::string> models = arguments.models.files();
  require_outputs_apart(arguments, models);
  const auto consensus = arguments.choice.consensus();
  const Device device = arguments.machine.start(/*verbose=*/true);
  Ensemble ensemble = Ensemble::load(models, device);
  Captioner& captioner = ensemble.shown();
  const Captioning captioning =
      captioning_of(ensemble, arguments.search, arguments.words, consensus);
  const CaptioningRecord record =
      captioning_record(models, captioning.search, arguments.words, arguments.choice);
  const MaxBad max_bad{.share = arguments.max_bad};
  SplitData data(arguments.data, parse_split(arguments.split), max_bad);
  const std::string foreign =
      foreign_words_warning(word_coverage(*data.captions, ensemble.vocabulary()));
  if (!foreign.empty()) report_warning(foreign, std::cerr);
  BadPictures bad(max_bad.of(data.dataset->size() + data.dataset->skipped().count()));
  bad.record_all(data.dataset->skipped());
  Progress progress(std::cerr, ProgressStyle::detect(STDERR_FILENO));
  std::vector<std::unique_ptr<FeatureCache>> caches;
  for (Captioner* encoder : ensemble.encoders()) {
    data.prepare_features(*encoder, arguments.cache, observe_preparation(progress), bad);
    caches.push_back(std::move(data.features));
  }
  std::vector<std::string> notes = data.dataset->notes();
  std::optional<SeenCaptions> training;
  if (measures_sets(captioning)) training = training_captions(arguments, data, notes);
  const Evaluation evaluation =
      evaluate(captioning, data, caches, metrics, bad, training ? &*training : nullptr,
               [&](size_t done, size_t total) {
                 progress.update({.label = "captions",
                                  .done = static_cast<int64_t>(done),
                                  .total = static_cast<int64_t>(total),
                                  .unit = "pictures"});
               });
  progress.finish();
  if (!bad.empty()) notes.push_back(bad.summary());
  MissingWords missing(captioning.demands.must, arguments.words.must());
  for (size_t i = 0; i < evaluation.captions.size(); ++i) {
    if (evaluation.captions[i].words.empty()) continue;  // could not be decoded
    missing.look(evaluation.captions[i], data.dataset->id(i));
  }
  for (const std::string& note : missing.notes()) notes.push_back(note);
  if (!arguments.results.empty() && captioning.wanted() > 1) {
    notes.push_back("--results " + printable_path(arguments.results) + ": it holds up to " +
                    std::to_string(captioning.wanted()) +
                    " captions for an image_id, the scored one first; COCO's evaluation takes "
                    "one each, which --n-best 1 writes");
  }
  const std::vector<std::string> odd = notes_on(evaluation, captioner, data);
  notes.insert(notes.end(), odd.begin(), odd.end());
  for (const std::string& note : notes) report_warning(note, std::cerr);
  if (!foreign.empty()) notes.push_back(foreign);  // said before
  if (!arguments.results.empty()) write_results(arguments.results, captioner, data, evaluation);
  if (!arguments.report.empty()) {
    HtmlReport report =
        make_report(captioner, data, evaluation, history_of(models[0]), arguments.examples);
    report.footer =
        "storyteller evaluate --data " + shell_word(arguments.data) + " --split " + arguments.split;
    add_record(record, report);
    write_html_report(arguments.report, report);
  }
  const std::vector<std::string> rewards = rewards_of(models);
  if (arguments.json) {
    nlohmann::ordered_json json = scores_json(evaluation);
    if (!rewards.empty()) json["trained_for"] = rewards;
    add_record(record, json);
    json["notes"] = with_flags(notes);
    std::cout << json_line(json);
  } else {
    print_table(evaluation, rewards);
  }
  return 0;
}

}  // namespace

void add_evaluate_command(const Options& program) {
  auto arguments = std::make_shared<EvaluateArguments>();
  const Options command =
      program.command("evaluate", "caption a split of a data set and score the captions");
  const Options input = command.group("Input");
  input.text("--data", arguments->data, "FORMAT:PATH, as for train").required();
  input.text("--split", arguments->split, "train, val or test");
  input.text("--cache", arguments->cache, "folder of cached features of frozen encoders");
  add_max_bad_option(input, arguments->max_bad);
  arguments->models.add_options(input);
  arguments->metrics.add_options(command.group("Metrics"), kReportedMetrics);
  const Options output = command.group("Output");
  output.flag("--json", arguments->json, "scores as one JSON object");
  output.text("--results", arguments->results, "captions as JSON, in COCO's results format");
  output.text("--report", arguments->report,
              "HTML page with scores, images, captions and attention maps");
  output.number("--examples", arguments->examples, "images on that page");
  arguments->search.add_options(command);
  arguments->words.add_options(command.group(kConstraints));
  arguments->choice.add_options(command);
  arguments->machine.add_options(command.group(kMachine));
  command.runs([arguments] { return run(*arguments); },
               "--threads 1 and --beam 1 need less; or close other programs");
}

}  // namespace storyteller
