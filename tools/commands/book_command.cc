// `storyteller book`: a picture book of a folder.
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/system/atomic_file.h"
#include "core/system/file_head.h"
#include "core/system/printable.h"
#include "core/system/program_file.h"
#include "core/system/signals.h"
#include "core/text/number_format.h"
#include "core/text/phrase.h"
#include "core/text/shell_word.h"
#include "model/encoder_inputs.h"
#include "model/ensemble.h"
#include "model/shipped_model.h"
#include "tools/apps/book/book.h"
#include "tools/apps/book/page.h"
#include "tools/apps/book/pdf.h"
#include "tools/apps/shared/file_facts.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/progress.h"
#include "tools/commands/command.h"
#include "tools/commands/common_options.h"
#include "tools/commands/output_file.h"
#include "tools/commands/people_arguments.h"
#include "tools/commands/picture_names.h"
#include "tools/commands/stopped.h"
#include "tools/commands/style_argument.h"

namespace storyteller {
namespace {

struct BookArguments {
  std::vector<std::string> pictures;
  std::filesystem::path out, pdf;
  int level = 2, quiz = 0;
  book::BookOptions book;
  std::string model, style;
  PeopleArguments people;
  Machine machine;
};

void require_outputs(const BookArguments& arguments, const std::string& model) {
  if (arguments.pictures.empty()) {
    throw UsageError(
        "no picture is named; name files or folders, or - for a list of names on standard input "
        "(see storyteller book --help)");
  }
  if (arguments.out.empty()) {
    throw UsageError("no page is named; give --out book.html (see storyteller book --help)");
  }
  require_output_file("--out", arguments.out, OutputKind::kPage);
  require_output_file("--pdf", arguments.pdf, OutputKind::kPdf);
  InputFiles inputs;
  inputs.add(model, "the model");
  for (const std::string& picture : arguments.pictures) inputs.add(picture, "one of the pictures");
  inputs.require_other("--out", arguments.out);
  inputs.require_other("--pdf", arguments.pdf);
}

std::string command_line(const BookArguments& arguments) {
  std::string line = "storyteller book";
  constexpr std::size_t kNamed = 3;
  for (std::size_t i = 0; i < std::min(kNamed, arguments.pictures.size()); ++i) {
    line += " " + shell_word(arguments.pictures[i]);
  }
  if (arguments.pictures.size() > kNamed) line += " ...";
  line += " --level " + std::to_string(arguments.level);
  if (arguments.quiz > 0) line += " --quiz " + std::to_string(arguments.quiz);
  if (arguments.book.glossary) line += " --glossary";
  return line + " --out " + shell_word(arguments.out.string());
}

/// When it was taken, as its front says; "" where that does not.
std::string taken(const PictureName& name) {
  constexpr std::size_t kFront = std::size_t{1} << 18;
  if (!name.bytes.empty()) return file_facts(name.bytes).taken;
  const std::string front = file_head(name.path, kFront);
  return file_facts(std::as_bytes(std::span(front))).taken;
}

void add_picture(const PictureName& name, const Ensemble& models, book::BookMaker& maker) {
  ImageWarnings warnings;
  const Image whole = read_picture(name, &warnings, {.note_blank = true});
  for (const std::string& warning : warnings) report_warning(warning, std::cerr);
  // As `caption` decodes it, so that it says the same.
  const Image picture = read_picture(name, nullptr, {.min_side = sufficient_min_side(models)});
  maker.add(whole, picture, name.path.string(), taken(name));
}

/// Adds all pictures; the status of the first that could not be read.
ExitCode add_all(const BookArguments& arguments, const Ensemble& models, book::BookMaker& maker,
                 std::size_t& added) {
  PictureNames names(arguments.pictures, {});
  ProgressStyle style = ProgressStyle::detect(2);
  style.plain_interval = 30;
  Progress progress(std::cerr, style);
  ExitCode code = ExitCode::kOk;
  while (!stop_requested()) {
    std::shared_ptr<FolderTally> folder;
    try {
      const std::optional<PictureName> name = names.next();
      if (!name) break;
      folder = name->folder;
      add_picture(*name, models, maker);
      ++added;
      progress.update(
          {.label = "looked at", .done = static_cast<std::int64_t>(added), .unit = "pictures"});
    } catch (const Stopped&) {
      break;
    } catch (const Error& error) {
      if (error.code() != ExitCode::kBadInput && error.code() != ExitCode::kIo) throw;
      report_exception(std::make_exception_ptr(error), std::cerr);
      // One bad picture of a folder does not spoil a book.
      if (code == ExitCode::kOk && folder == nullptr) code = error.code();
    }
  }
  progress.finish();
  names.report_list();
  return code;
}

void report_book(const BookArguments& arguments, const book::Book& book) {
  std::size_t told = 0;
  for (const book::BookPage& page : book.pages) told += page.told ? 1 : 0;
  const double grade = book.readability.grade();
  std::cout << arguments.out.string() << ": " << counted(book.pages.size(), "picture", "pictures")
            << ", " << told << " told, " << book.pages.size() - told << " asked; reading grade "
            << decimal(grade, 1) << " (at most "
            << decimal(book::greatest_grade(book.options.level), 1) << ")";
  if (book.options.quiz > 0) {
    std::cout << ", " << counted(book.quiz.size(), "quiz question", "quiz questions");
  }
  if (book.options.glossary) {
    std::cout << ", " << counted(book.glossary.size(), "word", "words");
  }
  std::cout << '\n';
  if (grade > book::greatest_grade(book.options.level)) {
    report_warning("the text is harder than its level: the pictures' words are long", std::cerr);
  }
  if (book.quiz.size() < book.options.quiz) {
    report_warning(std::to_string(book.quiz.size()) + " of " + std::to_string(book.options.quiz) +
                       " questions: only pictures whose caption is graded sure are asked about",
                   std::cerr);
  }
}

int run_book(BookArguments& arguments) {
  catch_stop_signals();
  const std::string file = model_to_use(arguments.model, program_file());
  require_outputs(arguments, file);
  const Device device = arguments.machine.start(/*verbose=*/false);
  Ensemble models = Ensemble::load(std::span(&file, 1), device);
  speak_style(arguments.style, "", models);
  const std::string warning = uncalibrated_warning(models, {file});
  if (!warning.empty()) report_warning(warning, std::cerr);
  arguments.book.level = static_cast<book::Level>(arguments.level);
  arguments.book.quiz = static_cast<std::size_t>(arguments.quiz);
  arguments.book.wording = arguments.people.wording;
  const Language language = Language::open();
  const Captioning captioning{.models = models, .search = models.search()};
  book::BookMaker maker(captioning, language, arguments.book);
  std::size_t added = 0;
  ExitCode code = add_all(arguments, models, maker, added);
  if (stop_requested()) return stop_exit_code();
  if (added == 0) {
    return static_cast<int>(code == ExitCode::kOk ? ExitCode::kBadInput : code);
  }
  book::Book book = maker.finish();
  book.model = std::filesystem::path(file).filename().string();
  book.digits = model_digits(models);
  write_file_atomically(arguments.out,
                        std::string_view(book::book_html(book, command_line(arguments))));
  report_book(arguments, book);
  // The rest of the work is done where a part is missing.
  const auto missing = [&](const std::string& message) {
    report_exception(std::make_exception_ptr(DeviceError(message)), std::cerr);
    if (code == ExitCode::kOk) code = ExitCode::kDevice;
  };
  const bool wants_words = arguments.book.glossary || arguments.quiz > 0;
  if (wants_words && !language.has_relations()) {
    missing(std::string("--glossary and --quiz need WordNet's words: ") + kWordNetFix);
  }
  if (!arguments.pdf.empty()) {
    try {
      book::print_pdf(arguments.out, arguments.pdf);
    } catch (const DeviceError& error) {
      missing(error.what());
    }
  }
  return static_cast<int>(code);
}

}  // namespace

void add_book_command(const Options& program) {
  auto arguments = std::make_shared<BookArguments>();
  const Options command =
      program.command("book", "make a picture book of images, to read and print");
  command.several("images", arguments->pictures,
                  "folders, JPEG or PNG files, or - for standard input: a list of names, or an "
                  "image");
  const Options input = command.group("Input");
  input.text("--model", arguments->model, kModelHelp);
  add_style_option(input, arguments->style);
  input.choice(
      "--order", {"name", "time", "story"}, "name",
      [arguments = arguments.get()](const std::string& word) {
        using Order = book::BookOptions::Order;
        arguments->book.order = word == "name"   ? Order::kName
                                : word == "time" ? Order::kTime
                                                 : Order::kStory;
      },
      "of the pictures: by name, by when they were taken, or each followed by the one most like "
      "it");
  const Options output = command.group("Output");
  output.text("--out", arguments->out, "HTML page, which holds all that it shows");
  output.text("--pdf", arguments->pdf, "PDF file of it, too, by Chromium");
  output.number("--level", arguments->level,
                "1: short sentences; 2: longer ones, words explained; 3: whole captions and a fact",
                {1, 3});
  output.text("--title", arguments->book.title, "of the book");
  output.number("--quiz", arguments->quiz, "questions at the end, with answers", {0, 100});
  output.flag("--glossary", arguments->book.glossary, "all words once more, explained by WordNet");
  arguments->people.add_wording_options(command.group("Words for people"));
  arguments->machine.add_options(command.group(kMachine));
  command.runs([arguments] { return run_book(*arguments); });
}

}  // namespace storyteller
