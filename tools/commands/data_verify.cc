#include <unistd.h>
#include <iomanip>
#include <iostream>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/system/signals.h"
#include "core/text/json_line.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/progress.h"
#include "tools/commands/data.h"
#include "tools/commands/output_file.h"
#include "train/features/split_data.h"
#include "tools/commands/stopped.h"
#include "train/data/loader.h"

namespace storyteller {

namespace {

/// Decodes every picture. What cannot be decoded goes to `bad`, what was repaired to `warnings`.
void decode_all(const OpenedSplit& opened, int threads, Progress& progress, BadPictures& bad,
                std::vector<std::string>& warnings) {
  constexpr size_t kBatch = 32;
  const Dataset& dataset = *opened.dataset;
  PictureLoader loader(
      dataset, all_in_batches(dataset.size(), kBatch), 1,
      [](const Image&, size_t, float* out) { *out = 0; }, {.threads = threads}, &bad, &warnings);
  size_t done = 0;
  while (const PictureBatch* batch = loader.next()) {
    done += batch->examples.size();
    progress.update({.label = std::string(split_name(opened.split)),
                     .done = static_cast<int64_t>(done),
                     .total = static_cast<int64_t>(dataset.size()),
                     .unit = "pictures"});
    if (stop_requested()) throw Stopped();
  }
  progress.finish();
}

}  // namespace

int verify_data(const DataArguments& arguments) {
  InputFiles inputs;
  inputs.add_data(arguments.data);
  inputs.require_other("--bad", arguments.bad);
  require_output_file("--bad", arguments.bad, OutputKind::kJsonLines);
  catch_stop_signals();
  // All that is bad is named here; what is too much of it is decided at the end.
  constexpr MaxBad kAll{.share = 1};
  const auto splits = open_splits(arguments, {.max_bad = kAll});
  Progress progress(std::cerr, ProgressStyle::detect(STDERR_FILENO));
  BadPictures all_bad;
  bool too_many = false;
  std::string without_pictures;  // a split of which nothing is usable
  SaidNotes said;
  if (!arguments.json) std::cout << "split   pictures  captions  unusable  repaired\n";
  for (size_t s = 0; s < splits.size(); ++s) {
    const OpenedSplit& opened = splits[s];
    const std::string name(split_name(opened.split));
    if (!opened.dataset) {
      if (!opened.broken) std::cerr << name << ": not there: " << opened.problem << '\n';
      continue;
    }
    BadPictures bad;
    bad.record_all(opened.dataset->skipped());
    std::vector<std::string> warnings;
    decode_all(opened, arguments.threads, progress, bad, warnings);
    size_t captions = 0;
    for (size_t i = 0; i < opened.dataset->size(); ++i) {
      captions += opened.dataset->captions(i).size();
    }
    const size_t listed = opened.dataset->size() + opened.dataset->skipped().count();
    too_many = too_many || bad.count() > MaxBad{.share = arguments.max_bad}.of(listed);
    if (bad.count() >= listed) without_pictures = name;
    const auto notes = notes_of(splits, s, /*by_contents=*/true);
    if (arguments.json) {
      std::cout << json_line(nlohmann::ordered_json{{"split", name},
                                                    {"pictures", listed - bad.count()},
                                                    {"captions", captions},
                                                    {"unusable", bad.count()},
                                                    {"repaired", warnings.size()},
                                                    {"examples", examples_of(bad)},
                                                    {"notes", notes}});
    } else {
      std::cout << std::left << std::setw(6) << name << std::right << std::setw(10)
                << listed - bad.count() << std::setw(10) << captions << std::setw(10) << bad.count()
                << std::setw(10) << warnings.size() << '\n';
    }
    said.say(notes);
    for (const std::string& warning : warnings) std::cerr << warning << '\n';
    if (!bad.empty()) report_warning(name + ": " + bad.summary(), std::cerr);
    all_bad.record_all(bad, name + "/");
  }
  if (!arguments.bad.empty()) write_bad_pictures(arguments.bad, all_bad);
  require_unbroken(splits);
  if (!without_pictures.empty()) {
    throw InputError(without_pictures + ": not one of its pictures is usable");
  }
  if (too_many) {
    throw InputError("more pictures are unusable than --max-bad tolerates; --bad FILE lists them");
  }
  return 0;
}

}  // namespace storyteller
