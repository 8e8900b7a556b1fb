#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/system/signals.h"
#include "core/text/shell_word.h"
#include "model/ensemble.h"
#include "tools/cli/exit_code.h"
#include "tools/commands/caption_output.h"
#include "tools/commands/caption_run.h"
#include "tools/commands/choice_arguments.h"
#include "tools/commands/command.h"
#include "tools/commands/common_options.h"
#include "tools/commands/model_arguments.h"
#include "tools/commands/output_file.h"
#include "tools/commands/people_arguments.h"
#include "tools/commands/picture_names.h"
#include "tools/commands/search_arguments.h"
#include "tools/commands/stopped.h"
#include "tools/commands/style_argument.h"
#include "tools/commands/word_arguments.h"
#include "train/data/bad_pictures.h"

namespace storyteller {
namespace {

struct CaptionArguments {
  ModelArguments models;
  std::filesystem::path attention, report;
  std::vector<std::string> pictures;
  std::string style;
  bool json = false, recursive = false, nul = false;
  double max_bad = MaxBad{}.share;
  std::optional<double> min_confidence;
  SearchArguments search;
  WordArguments words;
  ChoiceArguments choice;
  PeopleArguments people;
  Machine machine;
};

/// Whether one picture is named and no more: what is printed is its sentence alone, and what is
/// wrong with it ends the program.
bool is_single(const std::vector<std::string>& pictures) {
  std::error_code failure;
  return pictures.size() == 1 && pictures[0] != "-" &&
         !std::filesystem::is_directory(pictures[0], failure);
}

/// Throws where an output would replace the model or a picture that is named, or one of a folder.
void require_outputs_apart(const CaptionArguments& arguments,
                           const std::vector<std::string>& models, const AttentionFiles* strips) {
  InputFiles inputs;
  arguments.choice.add_to(inputs);
  for (const std::string& model : models) inputs.add(model, "the model");
  std::vector<std::filesystem::path> pictures;
  for (const std::string& argument : arguments.pictures) {
    std::error_code failure;
    if (std::filesystem::is_directory(argument, failure)) {
      for (auto& picture : pictures_below(argument, arguments.recursive)) {
        pictures.push_back(std::move(picture));
      }
    } else if (argument != "-") {
      pictures.emplace_back(argument);
    }
  }
  for (const auto& picture : pictures) inputs.add(picture, "one of the pictures");
  inputs.require_other("--report", arguments.report);
  if (strips == nullptr) return;
  for (const auto& picture : pictures) strips->require_other(picture, inputs);
}

/// Throws UsageError where captions are to be left out by a confidence that the model has not.
void require_confidence(const Ensemble& ensemble, const std::string& model) {
  if (ensemble.confidence() != nullptr) return;
  throw UsageError("--min-confidence: " + printable_path(model) +
                   " was not calibrated, so it cannot tell how sure it is; storyteller calibrate "
                   "--model " +
                   shell_word(model) + " --data FORMAT:PATH --out FILE writes a model that can");
}

/// Until the names end or a signal asks to stop: a name is captioned as soon as no other waits.
void caption_all(PictureNames& names, CaptionRun& run) {
  while (!stop_requested()) {
    if (run.full() || (!run.empty() && !names.ready())) run.flush();
    try {
      std::optional<PictureName> name = names.next();
      if (!name) return;
      run.add(std::move(*name));
    } catch (const Stopped&) {
      return;
    } catch (const Error& error) {
      run.add_failure(error);
    }
  }
}

int caption(const CaptionArguments& arguments) {
  catch_stop_signals();
  if (arguments.pictures.empty()) {
    throw UsageError(
        "no picture is named; name files or folders, or - for a list of names on standard input "
        "(see storyteller caption --help)");
  }
  const std::vector<std::string> models = arguments.models.files();
  require_output_file("--report", arguments.report, OutputKind::kPage);
  std::optional<AttentionFiles> strips;
  if (!arguments.attention.empty()) strips.emplace(arguments.attention);
  if (strips || !arguments.report.empty()) {
    require_outputs_apart(arguments, models, strips ? &*strips : nullptr);
  }
  const Choice choice = arguments.choice.choice();
  const bool single = is_single(arguments.pictures);
  PictureNames names(arguments.pictures, {.recursive = arguments.recursive, .nul = arguments.nul});
  const Device device = arguments.machine.start(/*verbose=*/false);
  Ensemble ensemble = Ensemble::load(models, device);
  speak_style(arguments.style, "", ensemble);
  const bool draws = strips || !arguments.report.empty();
  if (ensemble.not_shown() > 0 && draws) {
    report_warning("maps of " + std::to_string(ensemble.not_shown()) + " of " +
                       std::to_string(models.size()) +
                       " models are left out: they divide a picture otherwise than the first one "
                       "that draws",
                   std::cerr);
  }
  if (!ensemble.attends() && draws) {
    report_warning(printable_path(models[0]) + ": this model does not look at parts of a picture" +
                       (strips ? "; --attention draws nothing" : "") +
                       (arguments.report.empty() ? "" : "; the page has no maps"),
                   std::cerr);
    strips.reset();
  }
  if (arguments.people.people) {
    const std::string warning = uncalibrated_warning(ensemble, models);
    if (!warning.empty()) report_warning(warning, std::cerr);
  }
  if (arguments.min_confidence) require_confidence(ensemble, models.front());
  using Form = CaptionOutput::Form;
  Captioning captioning = captioning_of(ensemble, arguments.search, arguments.words, choice);
  CaptionOutput output(
      ensemble.shown(),
      captioning_record(models, captioning.search, arguments.words, arguments.choice),
      arguments.json ? Form::kJson
      : single       ? Form::kSentence
                     : Form::kTable,
      {.people = arguments.people.people,
       .words = arguments.people.wording,
       .model = model_digits(ensemble)},
      strips ? &*strips : nullptr, arguments.report);
  CaptionRun run(std::move(captioning), arguments.words.must(), output,
                 {.single = single, .min_confidence = arguments.min_confidence});
  caption_all(names, run);
  run.flush();
  names.report_list();
  run.finish(stop_requested());
  if (!stop_requested()) {
    output.write_page("");
    return run.exit_code(arguments.max_bad);
  }
  const auto rest = names.count_rest();
  output.write_page(std::to_string(run.captioned()) +
                    (rest ? " of " + std::to_string(run.total() + *rest) : " pictures") +
                    ", stopped");
  return stop_exit_code();
}

}  // namespace

void add_caption_command(const Options& program) {
  auto arguments = std::make_shared<CaptionArguments>();
  const Options command = program.command("caption", "caption images");
  command.several("images", arguments->pictures,
                  "JPEG or PNG files, folders of them, or - for standard input: a list of names, "
                  "or an image");
  const Options input = command.group("Input");
  input.flag("--recursive", arguments->recursive, "subfolders, too");
  input.flag("-0,--null", arguments->nul,
             "names on standard input end in NUL, as find -print0 writes them");
  input.number("--max-bad", arguments->max_bad,
               "fraction of a folder's images that may be unreadable (ten always may)", {0, 1});
  arguments->models.add_options(input);
  add_style_option(input, arguments->style);
  const Options output = command.group("Output");
  output.flag("--json", arguments->json, "one JSON object per image, a line each");
  output.number("--min-confidence", arguments->min_confidence,
                "leave out captions that a calibrated model is less sure of, and those of what "
                "does not look like a photograph; they are counted",
                {0, 1});
  output.text("--attention", arguments->attention,
              "folder for attention maps, one PNG per image: where the model looked for each word");
  output.text("--report", arguments->report,
              "HTML page with the images, captions and attention maps");
  arguments->people.add_options(command.group("Words for people"));
  arguments->search.add_options(command);
  arguments->words.add_options(command.group(kConstraints));
  arguments->choice.add_options(command);
  arguments->machine.add_options(command.group(kMachine));
  command.runs([arguments] { return caption(*arguments); });
}

}  // namespace storyteller
