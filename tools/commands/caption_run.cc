#include "tools/commands/caption_run.h"

#include <algorithm>
#include <iostream>
#include <new>
#include <utility>

#include "core/error.h"
#include "core/system/printable.h"
#include "model/image/resize.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/flag_names.h"
#include "train/data/bad_pictures.h"

namespace storyteller {
namespace {

/// Pixels of the shorter side that suffice to be looked at, in a strip or on a page, and of the
/// longer one.
constexpr int kShownSide = 416, kShownLength = 2 * kShownSide;
/// Failures that scroll their sum away.
constexpr size_t kManyFailures = 20;

/// No larger than it is looked at.
Image view_of(Image picture) {
  const double side = std::min(picture.width, picture.height);
  const double length = std::max(picture.width, picture.height);
  const double factor = std::min(kShownSide / side, kShownLength / length);
  if (factor >= 1) return picture;
  const auto scaled = [&](int pixels) { return std::max(1, static_cast<int>(pixels * factor)); };
  return resize(picture, scaled(picture.width), scaled(picture.height));
}

MemoryError no_memory_for(const PictureName& picture) {
  return MemoryError(printable_path(picture.path.string()) +
                     ": not enough memory for this picture; make it smaller, or close other "
                     "programs");
}

}  // namespace

CaptionRun::CaptionRun(Captioning captioning, std::vector<std::string> must, CaptionOutput& output,
                       const Options& options)
    : captioning_(std::move(captioning)),
      missing_(captioning_.demands.must, std::move(must)),
      output_(output),
      options_(options) {}

CaptionRun::Pending CaptionRun::read(PictureName picture) const {
  // A camera's photo decoded at a part of its size shows the encoders as much, in less time.
  const int seen = sufficient_min_side(captioning_.models);
  const DecodeOptions options{.min_side = output_.shows() ? std::max(seen, kShownSide) : seen,
                              .note_blank = true};
  Pending pending;
  Image image = read_picture(picture, &pending.warnings, options);
  pending.inputs = encoder_inputs(captioning_.models, image);
  if (output_.shows()) pending.view = view_of(std::move(image));
  pending.picture = std::move(picture);
  return pending;
}

void CaptionRun::add(PictureName picture) {
  const uint64_t number = total_++;
  Pending pending;
  try {
    pending = read(picture);
    pending.number = number;
    for (const std::string& warning : pending.warnings) report_warning(warning, std::cerr);
  } catch (const std::bad_alloc&) {
    pending = {.picture = std::move(picture)};
    fail(pending, no_memory_for(pending.picture));
  } catch (const Error& error) {
    if (error.code() == ExitCode::kInternal) throw;
    pending = {.picture = std::move(picture)};
    fail(pending, error);
  }
  pictures_.push_back(std::move(pending));
}

void CaptionRun::add_failure(const Error& error) {
  ++total_;
  Pending pending;
  fail(pending, error);
  pictures_.push_back(std::move(pending));
}

void CaptionRun::fail(Pending& pending, const Error& error) {
  if (options_.single) throw Error(error);
  pending.error = with_flags(error.what());
  report_exception(std::make_exception_ptr(error), std::cerr);
  ++failed_;
  const bool bad_input = error.code() == ExitCode::kBadInput;
  if (bad_input && !pending.picture.named()) {
    ++bad_found_;
  } else if (worst_ == ExitCode::kOk || (worst_ == ExitCode::kBadInput && !bad_input)) {
    worst_ = error.code();
  }
}

std::vector<Description> CaptionRun::caption(const std::vector<const Pending*>& pictures) {
  std::vector<uint64_t> numbers;
  std::vector<const EncoderInputs*> inputs;
  for (const Pending* pending : pictures) {
    numbers.push_back(pending->number);
    inputs.push_back(&pending->inputs);
  }
  return describe(captioning_, encoded(captioning_.models, inputs), numbers);
}

std::vector<Description> CaptionRun::caption_all() {
  std::vector<const Pending*> readable;
  for (const Pending& pending : pictures_) {
    if (!pending.inputs.empty()) readable.push_back(&pending);
  }
  std::vector<Description> captions(pictures_.size());
  if (readable.empty()) return captions;
  std::vector<Description> found;
  try {
    found = caption(readable);
  } catch (const std::bad_alloc&) {
    if (readable.size() == 1) throw;
  } catch (const MemoryError&) {
    if (readable.size() == 1) throw;
  }
  auto next = found.begin();
  for (size_t i = 0; i < pictures_.size(); ++i) {
    if (pictures_[i].inputs.empty()) continue;
    captions[i] = found.empty() ? caption({&pictures_[i]}).front() : std::move(*next++);
  }
  return captions;
}

void CaptionRun::flush() {
  const auto captions = caption_all();
  for (size_t i = 0; i < captions.size(); ++i) hand_out(pictures_[i], captions[i]);
  pictures_.clear();
  output_.flush();
}

bool CaptionRun::leaves_out(const Assessment& assessment) const {
  if (!options_.min_confidence) return false;
  return !assessment.is_photograph() || assessment.confidence < options_.min_confidence;
}

void CaptionRun::hand_out(Pending& pending, const Description& description) {
  const std::vector<Caption>& captions = description.captions;
  enter(pending.picture.folder);
  if (captions.empty()) {
    output_.print_failure(pending.picture, pending.error);
    return;
  }
  ++captioned_;
  if (folder_) ++folder_->captioned;
  if (leaves_out(description.assessment)) {
    if (left_out_++ == 0) first_left_out_ = pending.picture.path;
    return;
  }
  for (const IoError& error : output_.put({.picture = pending.picture,
                              .view = pending.view,
                              .captions = captions,
                              .judgement = description.judgement,
                              .judgement_name = captioning_.choice.name,
                              .assessment = description.assessment,
                              .concepts = description.concepts,
                              .missing = missing_.look(captions.front(), pending.picture.path),
                              .warnings = pending.warnings})) {
    if (options_.single) throw error;
    report_exception(std::make_exception_ptr(error), std::cerr);
    if (worst_ == ExitCode::kOk || worst_ == ExitCode::kBadInput) worst_ = error.code();
  }
}

void CaptionRun::enter(const std::shared_ptr<FolderTally>& folder) {
  if (folder == folder_) return;
  if (folder_ && folder_->found > 0 && folder_->captioned == 0) {
    empty_folder_ = true;
    report_exception(std::make_exception_ptr(InputError(
                         printable_path(folder_->name) + ": none of its " +
                         std::to_string(folder_->found) + " pictures could be captioned")),
                     std::cerr);
  }
  folder_ = folder;
}

void CaptionRun::finish(bool stopped) {
  if (!stopped) enter(nullptr);
  for (const std::string& note : missing_.notes()) report_warning(note, std::cerr);
  if (left_out_ > 0) {
    report_warning(std::to_string(left_out_) + " of " + std::to_string(captioned_) +
                       " captions are left out, that of " +
                       printable_path(first_left_out_.string()) +
                       " first: the model is less sure than --min-confidence, or sees no "
                       "photograph",
                   std::cerr);
  }
  if (failed_ <= kManyFailures) return;
  report_warning(std::to_string(failed_) + " of " + std::to_string(total_) +
                     " pictures could not be captioned",
                 std::cerr);
}

int CaptionRun::exit_code(double max_bad) const {
  if (worst_ != ExitCode::kOk) return static_cast<int>(worst_);
  const bool bad = empty_folder_ || bad_found_ > MaxBad{.share = max_bad}.of(total_);
  return static_cast<int>(bad ? ExitCode::kBadInput : ExitCode::kOk);
}

}  // namespace storyteller
