// `storyteller explain`: a page that follows the network to its sentence.
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/system/atomic_file.h"
#include "core/system/printable.h"
#include "core/system/program_file.h"
#include "core/system/signals.h"
#include "core/text/phrase.h"
#include "core/text/shell_word.h"
#include "model/encoder_inputs.h"
#include "model/ensemble.h"
#include "model/shipped_model.h"
#include "tools/apps/explain/explainer.h"
#include "tools/apps/explain/page.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/progress.h"
#include "tools/commands/choice_arguments.h"
#include "tools/commands/command.h"
#include "tools/commands/common_options.h"
#include "tools/commands/output_file.h"
#include "tools/commands/people_arguments.h"
#include "tools/commands/picture_names.h"
#include "tools/commands/search_arguments.h"
#include "tools/commands/stopped.h"
#include "tools/commands/style_argument.h"
#include "tools/render/page_parts.h"

namespace storyteller {
namespace {

struct ExplainArguments {
  std::vector<std::string> pictures;
  std::filesystem::path out;
  explain::PageOptions page;
  std::string model, compare, style;
  SearchArguments search;
  PeopleArguments people;
  Machine machine;
};

/// A model that explains itself.
struct Explained {
  Ensemble models;
  SearchOptions search;
  std::string file;

  Explained(const std::string& path, const ExplainArguments& arguments, Device device)
      : models(Ensemble::load(std::span(&path, 1), device)),
        search(arguments.search.over(models.search())),
        file(path) {
    if (search.sample == 0) return;
    report_warning(printable_path(path) +
                       ": this model draws its sentences; what is followed is a beam search of its",
                   std::cerr);
    search.sample = 0;
  }
  Explained(const Explained&) = delete;
  Explained& operator=(const Explained&) = delete;

  explain::Lesson lesson(const Image& picture, const std::string& name,
                         const PeopleWording& wording) {
    explain::Lesson lesson =
        explain::lesson_of({.models = models, .search = search}, picture, name, wording);
    lesson.model = std::filesystem::path(file).filename().string();
    lesson.digits = model_digits(models);
    return lesson;
  }
};

void require_output(const ExplainArguments& arguments, std::span<const std::string> models) {
  if (arguments.out.empty()) {
    throw UsageError("no page is named; give --out lesson.html (see storyteller explain --help)");
  }
  require_output_file("--out", arguments.out, OutputKind::kPage);
  InputFiles inputs;
  for (const std::string& model : models) inputs.add(model, "the model");
  for (const std::string& picture : arguments.pictures) inputs.add(picture, "one of the pictures");
  inputs.require_other("--out", arguments.out);
}

/// Pictures one after the other into a page that is kept until the end.
class ExplainRun {
 public:
  ExplainRun(Explained& model, Explained* other, const ExplainArguments& arguments)
      : model_(model), other_(other), arguments_(arguments) {}

  void add(const PictureName& name) {
    ImageWarnings warnings;
    const Image whole = read_picture(name, &warnings, {.note_blank = true});
    for (const std::string& warning : warnings) report_warning(warning, std::cerr);
    const auto lesson_by = [&](Explained& model) {
      // As `caption` decodes it, so that the sentence is the same to the last digit.
      const DecodeOptions options{.min_side = sufficient_min_side(model.models)};
      explain::Lesson lesson = model.lesson(read_picture(name, nullptr, options),
                                            name.path.string(), arguments_.people.wording);
      lesson.picture = scaled_to(whole, explain::kShownSide, false);
      lesson.width = whole.width;
      lesson.height = whole.height;
      return lesson;
    };
    explain::PictureLessons lessons{.lesson = lesson_by(model_)};
    if (other_ != nullptr) lessons.compared.push_back(lesson_by(*other_));
    body_ += explain::page_picture(lessons, arguments_.page, pictures_++);
  }
  void fail(const Error& error) {
    report_exception(std::make_exception_ptr(error), std::cerr);
    if (code_ == ExitCode::kOk) code_ = error.code();
  }

  std::size_t pictures() const { return pictures_; }
  ExitCode code() const { return code_; }
  void write() const {
    const std::string page =
        explain::page_begin(arguments_.page) + body_ + explain::page_end(arguments_.page);
    write_file_atomically(arguments_.out, std::string_view(page));
  }

 private:
  Explained& model_;
  Explained* other_;
  const ExplainArguments& arguments_;
  std::string body_;
  std::size_t pictures_ = 0;
  ExitCode code_ = ExitCode::kOk;
};

void explain_all(const ExplainArguments& arguments, ExplainRun& run) {
  PictureNames names(arguments.pictures, {});
  ProgressStyle style = ProgressStyle::detect(2);
  style.plain_interval = 30;
  Progress progress(std::cerr, style);
  while (!stop_requested()) {
    try {
      const std::optional<PictureName> name = names.next();
      if (!name) break;
      run.add(*name);
      progress.update({.label = "explained",
                       .done = static_cast<std::int64_t>(run.pictures()),
                       .unit = "pictures"});
    } catch (const Stopped&) {
      break;
    } catch (const InputError& error) {
      run.fail(error);
    } catch (const IoError& error) {
      run.fail(error);
    }
  }
  progress.finish();
  names.report_list();
}

/// The command as one would type it again.
std::string command_line(const ExplainArguments& arguments) {
  static constexpr const char* kLevels[] = {"child", "student", "engineer"};
  std::string line = "storyteller explain";
  constexpr std::size_t kNamed = 3;
  for (std::size_t i = 0; i < std::min(kNamed, arguments.pictures.size()); ++i) {
    line += " " + shell_word(arguments.pictures[i]);
  }
  if (arguments.pictures.size() > kNamed) line += " ...";
  line += " --level " + std::string(kLevels[static_cast<std::size_t>(arguments.page.level)]);
  if (arguments.page.steps) line += " --steps";
  if (!arguments.compare.empty()) line += " --compare " + shell_word(arguments.compare);
  return line + " --out " + shell_word(arguments.out.string());
}

int run_explain(ExplainArguments& arguments) {
  catch_stop_signals();
  if (arguments.pictures.empty()) {
    throw UsageError(
        "no picture is named; name files or folders, or - for a list of names on standard input "
        "(see storyteller explain --help)");
  }
  std::vector<std::string> models = {model_to_use(arguments.model, program_file())};
  if (!arguments.compare.empty()) models.push_back(model_to_use(arguments.compare, program_file()));
  require_output(arguments, models);
  arguments.page.command = command_line(arguments);
  const Device device = arguments.machine.start(/*verbose=*/false);
  Explained model(models.front(), arguments, device);
  speak_style(arguments.style, "", model.models);
  const std::string warning = uncalibrated_warning(model.models, {models.front()});
  if (!warning.empty()) report_warning(warning, std::cerr);
  std::unique_ptr<Explained> other;
  if (models.size() > 1) other = std::make_unique<Explained>(models.back(), arguments, device);

  ExplainRun run(model, other.get(), arguments);
  explain_all(arguments, run);
  if (stop_requested()) return stop_exit_code();  // half a lesson is none
  if (run.pictures() > 0) {
    run.write();
    std::cout << arguments.out.string() << ": " << counted(run.pictures(), "picture", "pictures")
              << '\n';
  }
  return static_cast<int>(run.code());
}

}  // namespace

void add_explain_command(const Options& program) {
  auto arguments = std::make_shared<ExplainArguments>();
  const Options command =
      program.command("explain", "write a page that shows how a caption came about");
  command.several("images", arguments->pictures,
                  "JPEG or PNG files, folders of them, or - for standard input: a list of names, "
                  "or an image");
  const Options input = command.group("Input");
  input.text("--model", arguments->model, kModelHelp);
  input.text("--compare", arguments->compare, "a second model, told of beside the first");
  add_style_option(input, arguments->style);
  const Options output = command.group("Output");
  output.text("--out", arguments->out, "HTML page, which holds all that it shows");
  output.choice(
      "--level", {"child", "student", "engineer"}, "student",
      [arguments = arguments.get()](const std::string& word) {
        arguments->page.level = word == "child"     ? explain::Level::kChild
                                : word == "student" ? explain::Level::kStudent
                                                    : explain::Level::kEngineer;
      },
      "for whom: plain words; with numbers; with the equations, too");
  output.flag("--steps", arguments->page.steps, "every step of the search as a table, too");
  arguments->people.add_wording_options(command.group("Words for people"));
  arguments->search.add_options(command);
  arguments->machine.add_options(command.group(kMachine));
  command.runs([arguments] { return run_explain(*arguments); });
}

}  // namespace storyteller
