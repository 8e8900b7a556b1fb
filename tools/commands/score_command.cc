#include <iostream>
#include <memory>
#include <optional>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/text/json_line.h"
#include "core/text/number_format.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/flag_names.h"
#include "tools/commands/caption_report.h"
#include "tools/commands/command.h"
#include "tools/commands/common_options.h"
#include "tools/commands/metric_arguments.h"
#include "tools/commands/output_file.h"
#include "tools/commands/score_answers.h"
#include "tools/commands/score_notes.h"
#include "tools/commands/score_rows.h"
#include "tools/commands/set_sections.h"
#include "tools/render/text_report.h"
#include "train/metrics/files/per_caption.h"
#include "train/metrics/files/score_json.h"
#include "train/metrics/files/spice_tuples.h"
#include "train/metrics/plausibility/statement_counts.h"

namespace storyteller {
namespace {

struct ScoreArguments {
  std::vector<std::string> hypotheses, references, training;
  std::string per_image, report, frequencies, save_frequencies, spice_tuples;
  std::string statements, save_statements;
  MetricArguments metrics;
  bool answers = false;  // rather than captions
  AnswerArguments vqa;
  bool json = false, partial = false, samples = false;
  int threads = 0;
};

/// What was scored, and what came of it.
struct Scored {
  CaptionPairs pairs;
  ScorerOptions options;
  CaptionScores scores;
  std::optional<CaptionReport> report;
  std::optional<SetReport> set;    // where several captions of an image are meant
  std::vector<std::string> notes;  // what was guessed, left out or looks odd
};

std::vector<CaptionFile> read_all(const std::vector<std::string>& paths) {
  std::vector<CaptionFile> files;
  files.reserve(paths.size());
  for (const std::string& path : paths) files.push_back(read_caption_file(path));
  return files;
}

void check(const ScoreArguments& arguments) {
  const bool tuples_alone = arguments.hypotheses.empty() && !arguments.spice_tuples.empty();
  const bool saves = !arguments.save_frequencies.empty() || !arguments.save_statements.empty();
  if (tuples_alone && (saves || !arguments.report.empty())) {
    throw UsageError("--spice-tuples alone has no captions; add --hypotheses and --references");
  }
  if (!tuples_alone && arguments.references.empty()) {
    throw UsageError("--references is required (see storyteller score --help)");
  }
  if (!tuples_alone && arguments.hypotheses.empty() && !saves) {
    throw UsageError("--hypotheses is required (see storyteller score --help)");
  }
  if (arguments.report.empty() && !arguments.samples && !arguments.training.empty()) {
    throw UsageError(
        "--training is for the reports: add --report FILE.html, --report - or --samples");
  }
  InputFiles inputs;
  for (const auto* files : {&arguments.hypotheses, &arguments.references, &arguments.training}) {
    for (const std::string& file : *files) inputs.add(file, "one of the files of captions");
  }
  inputs.add(arguments.frequencies, "the file of frequencies");
  inputs.add(arguments.statements, "the file of statements");
  inputs.add(arguments.spice_tuples, "the file of tuples");
  const auto require = [&](const char* option, const std::string& file, OutputKind kind) {
    inputs.require_other(option, file);
    require_output_file(option, file, kind);
  };
  if (!arguments.per_image.empty()) {
    const bool table = per_caption_form(arguments.per_image) == PerCaptionForm::kCsv;
    require("--per-image", arguments.per_image,
            table ? OutputKind::kTable : OutputKind::kJsonArray);
  }
  require("--save-frequencies", arguments.save_frequencies, OutputKind::kWeights);
  require("--save-statements", arguments.save_statements, OutputKind::kStatements);
  if (arguments.report != "-") require("--report", arguments.report, OutputKind::kPage);
}

SeenCaptions training_captions(const ScoreArguments& arguments) {
  std::vector<std::string> captions;
  for (const CaptionFile& file : read_all(arguments.training)) {
    for (const std::string& note : file.notes) report_warning(note, std::cerr);
    for (const FiledCaption& caption : file.captions) {
      if (!caption.absent) captions.push_back(caption.caption);
    }
  }
  return SeenCaptions(ptb_tokenize_all(captions, arguments.threads));
}

Scored score(const ScoreArguments& arguments, const std::vector<CaptionFile>& references) {
  Scored out;
  out.options = arguments.metrics.scorer_options();
  out.options.threads = arguments.threads;
  out.pairs = pair_captions(read_all(arguments.hypotheses), references,
                            {.partial = arguments.partial, .samples = arguments.samples});
  std::vector<std::vector<std::string>> raw;
  for (const CaptionPairs::Image& image : out.pairs.images) raw.push_back(image.references);
  const TokenizedReferences tokenized = ptb_tokenize_references(raw, arguments.threads);
  auto tokens = ptb_tokenize_all(out.pairs.captions, arguments.threads);
  std::vector<Hypothesis> hypotheses;
  for (size_t i = 0; i < tokens.size(); ++i) {
    hypotheses.push_back({out.pairs.image_of[i], std::move(tokens[i])});
  }
  if (!arguments.frequencies.empty()) {
    out.options.frequencies = std::make_shared<const DocumentFrequencies>(
        DocumentFrequencies::load(arguments.frequencies));
  }
  if (!arguments.statements.empty()) {
    out.options.statements =
        std::make_shared<const StatementCounts>(StatementCounts::load(arguments.statements));
  }
  const bool imported = !arguments.spice_tuples.empty();
  if (imported) out.options.metrics.erase(Metric::kSpice);
  const CaptionScorer scorer(tokenized, out.options);
  out.scores = scorer.score_hypotheses(hypotheses);
  if (imported) {
    out.options.metrics.insert(Metric::kSpice);
    score_spice_tuples(arguments.spice_tuples, out.pairs, out.scores);
  }
  std::optional<SeenCaptions> seen;
  if (!arguments.training.empty()) seen = training_captions(arguments);
  const SeenCaptions* training = seen ? &*seen : nullptr;
  if (!arguments.report.empty()) out.report = make_caption_report(hypotheses, tokenized, training);
  if (arguments.samples) {
    out.set =
        make_set_report(hypotheses, tokenized, scorer, out.scores, training, arguments.threads);
  }
  return out;
}

/// False for tuples of the original SPICE tool alone.
bool has_captions(const Scored& scored) { return scored.pairs.references > 0; }

void print_json(const Scored& scored) {
  nlohmann::ordered_json json = {{"images", scored.pairs.images.size()}};
  if (has_captions(scored)) {
    json["captions"] = scored.pairs.captions.size();
    json["references"] = scored.pairs.references;
  }
  add_scores(scored.scores, scored.options, json);
  if (has_captions(scored)) json["distinct_captions"] = scored.scores.distinct_captions;
  if (scored.report) add_report(*scored.report, scored.set, json);
  if (scored.set) json["set"] = set_json(*scored.set, scored.options);
  if (has_captions(scored)) json["notes"] = with_flags(scored.notes);
  std::cout << json_line(json);
}

/// What is told of the captions beside their scores, with the report or without.
std::vector<HtmlReport::Section> sections_of(const Scored& scored, bool with_report) {
  std::vector<HtmlReport::Section> sections;
  if (scored.set) sections = set_sections(*scored.set, scored.options);
  if (!with_report) return sections;
  for (auto& section : report_sections(*scored.report)) sections.push_back(std::move(section));
  return sections;
}

std::vector<HtmlReport::Score> rows_of(const Scored& scored) {
  std::vector<HtmlReport::Score> rows = {{"images", grouped(scored.pairs.images.size()), ""}};
  if (has_captions(scored)) {
    rows.push_back({"captions", grouped(scored.pairs.captions.size()),
                    grouped(scored.scores.distinct_captions) + " different ones"});
    rows.push_back({"references", grouped(scored.pairs.references), ""});
  }
  const auto metrics = metric_rows(scored.scores, scored.options);
  rows.insert(rows.end(), metrics.begin(), metrics.end());
  return rows;
}

void write_page(const Scored& scored, const ScoreArguments& arguments) {
  HtmlReport page;
  page.title = "Captions, scored";
  page.introduction =
      "How near the captions come to what people wrote about the same images, and what such "
      "numbers do not say: how various the captions are, and how they speak of women and men.";
  page.summary = {{"Images", grouped(scored.pairs.images.size())},
                  {"Captions", grouped(scored.pairs.captions.size())},
                  {"References", grouped(scored.pairs.references)}};
  page.scores = metric_rows(scored.scores, scored.options);
  page.sections = sections_of(scored, true);
  page.footer = "storyteller score --hypotheses " + arguments.hypotheses.front() +
                " --references " + arguments.references.front();
  write_html_report(arguments.report, page);
}

/// What the original SPICE tool's file says by itself.
Scored score_tuples_alone(const ScoreArguments& arguments) {
  Scored out;
  out.options.metrics = {Metric::kSpice};
  TupleScores of_file = score_spice_tuples(arguments.spice_tuples);
  out.pairs = std::move(of_file.pairs);
  out.scores = std::move(of_file.scores);
  return out;
}

void show(const Scored& scored, const ScoreArguments& arguments) {
  if (!arguments.per_image.empty()) {
    write_per_caption(arguments.per_image, scored.pairs, scored.scores, scored.options.metrics);
  }
  const bool page = !arguments.report.empty() && arguments.report != "-";
  if (page) write_page(scored, arguments);
  if (arguments.json) return print_json(scored);
  print_rows(std::cout, rows_of(scored));
  for (const auto& section : sections_of(scored, arguments.report == "-")) {
    std::cout << '\n' << render_text(section);
  }
}

/// What is counted of the references alone, into files.
void save_counts(const ScoreArguments& arguments, const std::vector<CaptionFile>& references) {
  if (arguments.save_frequencies.empty() && arguments.save_statements.empty()) return;
  const TokenizedReferences tokens =
      ptb_tokenize_references(group_by_image(references), arguments.threads);
  const auto saved = [&](const std::string& what, const std::string& file) {
    if (arguments.hypotheses.empty()) {
      std::cerr << what << " of " << grouped(tokens.size()) << " images: " << file << '\n';
    }
  };
  if (!arguments.save_frequencies.empty()) {
    DocumentFrequencies(tokens).save(arguments.save_frequencies);
    saved("frequencies", arguments.save_frequencies);
  }
  if (!arguments.save_statements.empty()) {
    const StatementCounts statements(tokens, *default_spice_model(), arguments.threads);
    statements.save(arguments.save_statements);
    saved(grouped(statements.size()) + " different statements", arguments.save_statements);
  }
}

/// --task vqa shares --training and --json with captions, and nothing else.
void check_answers(const ScoreArguments& arguments) {
  const bool captions = !arguments.hypotheses.empty() || !arguments.references.empty() ||
                        !arguments.report.empty() || !arguments.per_image.empty() ||
                        !arguments.frequencies.empty() || !arguments.save_frequencies.empty() ||
                        !arguments.spice_tuples.empty() || !arguments.statements.empty() ||
                        !arguments.save_statements.empty() || !arguments.metrics.metrics.empty() ||
                        arguments.partial || arguments.samples;
  if (captions) {
    throw UsageError(
        "--task vqa takes --questions, --annotations, --results, --per-question, --training and "
        "--json; the other options are for captions");
  }
}

int run(const ScoreArguments& arguments) {
  if (arguments.answers) {
    check_answers(arguments);
    return score_answers_command(arguments.vqa, arguments.training, arguments.json);
  }
  if (arguments.vqa.given()) {
    throw UsageError("--questions, --annotations, --results and --per-question go with --task vqa");
  }
  check(arguments);
  if (arguments.hypotheses.empty() && !arguments.spice_tuples.empty()) {
    show(score_tuples_alone(arguments), arguments);
    return 0;
  }
  const std::vector<CaptionFile> references = read_all(arguments.references);
  save_counts(arguments, references);
  if (arguments.hypotheses.empty()) return 0;
  Scored scored = score(arguments, references);
  scored.notes = score_notes(scored.pairs, scored.options.metrics, !arguments.frequencies.empty());
  for (const std::string& note : scored.notes) report_warning(note, std::cerr);
  show(scored, arguments);
  return 0;
}

}  // namespace

void add_score_command(const Options& program) {
  auto arguments = std::make_shared<ScoreArguments>();
  const Options command =
      program.command("score", "score captions against references, or answers to questions");
  command.choice(
      "--task", {"captions", "vqa"}, "captions",
      [arguments](const std::string& task) { arguments->answers = task == "vqa"; },
      "what is scored: captions, or answers to questions about pictures (VQA)");
  const Options input = command.group("Input");
  input.repeated("--hypotheses", arguments->hypotheses,
                 "captions to score: COCO results JSON, or text, one a line; - is stdin");
  input.repeated("--references", arguments->references,
                 "what people wrote: COCO annotations JSON, Flickr8k's tokens, or text; repeat it "
                 "for several text files");
  input.flag("--partial", arguments->partial,
             "score the images that have both captions and references");
  input.flag("--samples", arguments->samples,
             "several captions per image are meant: measures their diversity and quality");
  input.repeated("--training", arguments->training,
                 "captions of the training set, for the report's share of unseen ones; with --task "
                 "vqa its annotations and questions, for the priors");
  arguments->vqa.add_options(command.group("Questions and answers"));
  const Options metrics = command.group("Metrics");
  arguments->metrics.add_options(metrics, kReportedMetrics);
  metrics.text("--frequencies", arguments->frequencies,
               "CIDEr's document frequencies, as --save-frequencies writes them; by default those "
               "of the references");
  metrics.text("--statements", arguments->statements,
               "what people say of things, as --save-statements writes it, for the metric "
               "`attested`; by default what the references say");
  metrics.text("--spice-tuples", arguments->spice_tuples,
               "SPICE of what the original tool wrote with -detailed, rather than SPICE-native; "
               "alone, or beside captions with the same image ids");
  const Options output = command.group("Output");
  output.flag("--json", arguments->json, "scores as one JSON object");
  output.text("--per-image", arguments->per_image, "scores of every caption, .csv or .json");
  output.text("--report", arguments->report,
              "HTML page about diversity and bias; - prints it as text");
  output.text("--save-frequencies", arguments->save_frequencies,
              "document frequencies of all references, for --frequencies");
  output.text("--save-statements", arguments->save_statements,
              "statements of all references and how often they were made, for --statements");
  command.group(kMachine).number("--threads", arguments->threads,
                                 "threads; by default one per core", {1, 1024});
  command.runs([arguments] { return run(*arguments); });
}

}  // namespace storyteller
