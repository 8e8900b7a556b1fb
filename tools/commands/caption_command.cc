#include <algorithm>
#include <cmath>
#include <iostream>
#include <memory>
#include <set>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/system/signals.h"
#include "model/captioner.h"
#include "model/image/decode.h"
#include "model/image/encode.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/standard_output.h"
#include "tools/commands/command.h"
#include "tools/commands/model_file.h"
#include "tools/commands/output_file.h"
#include "tools/commands/picture_list.h"
#include "tools/commands/report_item.h"
#include "tools/commands/search_arguments.h"
#include "tools/commands/stopped.h"
#include "tools/render/attention_strip.h"
#include "tools/render/html.h"
#include "train/data/bad_pictures.h"

namespace storyteller {
namespace {

struct CaptionArguments {
  std::string model;
  std::filesystem::path attention, report;
  std::vector<std::string> pictures;
  bool json = false;
  double max_bad = MaxBad{}.share;
  SearchArguments search;
  Machine machine;
};

constexpr size_t kBatch = 16;
/// Pixels of the shorter side that suffice to be looked at, in a strip or on a page.
constexpr int kShownSide = 416;

/// Four digits after the point: what a float is good for.
double rounded(double value) { return std::round(value * 1e4) / 1e4; }

/// Captions pictures in batches as they come, so that a folder of any size needs little memory.
class CaptionRun {
 public:
  CaptionRun(const CaptionArguments& arguments, Captioner& captioner, bool single)
      : arguments_(arguments),
        captioner_(captioner),
        search_(arguments.search.over(captioner.options().search)),
        single_(single) {}

  void add(const PictureName& picture) {
    try {
      ImageWarnings warnings;
      // A camera's photo decoded at a part of its size shows the encoder as much, in less time.
      const int seen = sufficient_min_side(captioner_.preprocessing());
      const bool shown = !arguments_.attention.empty() || !arguments_.report.empty();
      const DecodeOptions options{.min_side = shown ? std::max(seen, kShownSide) : seen,
                                  .note_blank = true};
      images_.push_back(read_image(picture.path, &warnings, options));
      names_.push_back(picture.path);
      for (const std::string& warning : warnings) report_warning(warning, std::cerr);
    } catch (const InputError& error) {
      if (single_) throw;
      report_exception(std::current_exception(), std::cerr);
      ++(picture.named ? bad_named_ : bad_found_);
    }
    if (images_.size() == kBatch) flush();
  }

  void flush() {
    if (images_.empty()) return;
    const auto captions = captioner_.caption(images_, search_);
    for (size_t i = 0; i < captions.size(); ++i) {
      const std::filesystem::path strip =
          arguments_.attention.empty() ? "" : arguments_.attention / strip_name(names_[i]);
      print(names_[i], captions[i], strip);
      if (!strip.empty()) draw(strip, images_[i], captions[i]);
      if (!arguments_.report.empty()) {
        report_.items.push_back(report_item(captioner_, std::move(images_[i]),
                                            names_[i].filename().string(), captions[i]));
      }
    }
    flush_standard_output();
    images_.clear();
    names_.clear();
  }

  /// The page about all pictures, where one is wanted.
  void write_report() {
    if (arguments_.report.empty()) return;
    report_.title = "Neural Storyteller";
    report_.introduction =
        "What the network said about each picture, and where it looked for each "
        "word.";
    report_.summary = {
        {"Pictures", grouped(report_.items.size())},
        {"Encoder", captioner_.encoder().name()},
        {"Words known", grouped(static_cast<size_t>(captioner_.vocabulary().size()))}};
    report_.footer = "storyteller caption --report";
    write_html_report(arguments_.report, report_);
  }

  /// 3 where a picture that was named could not be read, or too many of a folder.
  int exit_code(size_t total) const {
    const MaxBad bound{.share = arguments_.max_bad};
    const bool bad = bad_named_ > 0 || bad_found_ > bound.of(total);
    return bad ? static_cast<int>(ExitCode::kBadInput) : 0;
  }

 private:
  void print(const std::filesystem::path& name, const FoundCaption& caption,
             const std::filesystem::path& strip) {
    const std::string sentence = captioner_.sentence(caption);
    if (arguments_.json) {
      nlohmann::ordered_json line = {{"image", name.string()},
                                     {"caption", sentence},
                                     {"log_probability", rounded(caption.log_probability)},
                                     {"score", rounded(caption.score)}};
      if (!strip.empty()) line["attention"] = strip.string();
      std::cout << line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
    } else if (single_) {
      std::cout << sentence << '\n';
    } else {
      std::cout << name.string() << '\t' << sentence << '\n';
    }
  }

  /// Pictures of one name from several folders get a number each.
  std::string strip_name(const std::filesystem::path& picture) {
    const std::string stem = picture.stem().string();
    std::string file = stem + ".png";
    for (int i = 2; !strips_.insert(file).second; ++i) {
      file = stem + "-" + std::to_string(i) + ".png";
    }
    return file;
  }

  void draw(const std::filesystem::path& strip, const Image& image, const FoundCaption& caption) {
    const Encoder& encoder = captioner_.encoder();
    StripStyle style;
    style.visible = visible_box(image.width, image.height, captioner_.preprocessing());
    write_png(strip, attention_strip(image, captioner_.vocabulary().decode(caption.words),
                                     caption.alpha, static_cast<int>(encoder.grid_rows()),
                                     static_cast<int>(encoder.grid_columns()), style));
  }

  const CaptionArguments& arguments_;
  Captioner& captioner_;
  SearchOptions search_;
  bool single_;
  std::vector<Image> images_;
  std::vector<std::filesystem::path> names_;
  std::set<std::string> strips_;
  HtmlReport report_;
  size_t bad_named_ = 0, bad_found_ = 0;
};

void make_attention_folder(const std::filesystem::path& folder) {
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (failure) {
    throw IoError("--attention " + folder.string() +
                  ": cannot make the folder: " + failure.message());
  }
}

int caption(const CaptionArguments& arguments) {
  catch_stop_signals();
  require_folder_of("--report", arguments.report);
  const auto pictures = list_pictures(arguments.pictures, std::cin);
  // A list is one however short: its lines keep their form.
  const bool single = pictures.size() == 1 && pictures[0].named &&
                      arguments.pictures != std::vector<std::string>{"-"};
  const Device device = arguments.machine.start(/*verbose=*/false);
  const auto captioner = Captioner::load(model_to_use(arguments.model), device);
  if (!arguments.attention.empty()) make_attention_folder(arguments.attention);
  CaptionRun run(arguments, *captioner, single);
  for (const PictureName& picture : pictures) {
    run.add(picture);
    if (stop_requested()) return stop_exit_code();
  }
  run.flush();
  run.write_report();
  return run.exit_code(pictures.size());
}

}  // namespace

void add_caption_command(const Options& program) {
  auto arguments = std::make_shared<CaptionArguments>();
  const Options command = program.command("caption", "say what pictures show");
  command
      .several("pictures", arguments->pictures,
               "JPEG or PNG files, folders of them, or - for names on standard input")
      .required();
  command.text("--model", arguments->model, kModelHelp);
  command.flag("--json", arguments->json, "one JSON object a line");
  command.text("--attention", arguments->attention,
               "folder for one PNG a picture: where the network looked for each word");
  command.text("--report", arguments->report,
               "file for a page with the pictures, captions and maps, HTML");
  command.number("--max-bad", arguments->max_bad,
                 "share of a folder's pictures that may be unreadable (ten always may)", {0, 1});
  arguments->search.add_options(command);
  arguments->machine.add_options(command);
  command.runs([arguments] { return caption(*arguments); },
               "--threads 1, --beam 1 and smaller pictures need less; or close other programs");
}

}  // namespace storyteller
