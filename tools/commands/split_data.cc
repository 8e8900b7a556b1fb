#include "tools/commands/split_data.h"

#include <nlohmann/json.hpp>

#include "core/system/atomic_file.h"
#include "core/system/signals.h"
#include "core/text/json_line.h"
#include "core/text/json_name.h"
#include "tools/commands/stopped.h"

namespace storyteller {

SplitData::SplitData(const std::string& specification, Split which, const MaxBad& max_bad)
    : split(which),
      dataset(open_dataset(specification, split, {.max_bad = max_bad})),
      captions(std::make_unique<CaptionCorpus>(*dataset)) {}

void SplitData::prepare_features(Captioner& captioner, const std::string& cache_folder,
                                 Progress& progress, BadPictures& bad) {
  if (!is_pretrained(captioner.options().encoder)) return;
  features = prepare(captioner, cache_folder, progress, bad, {});
}

void SplitData::read_content(Progress& progress) const {
  constexpr double kWorthShowing = 2;  // seconds
  const double started = Progress::steady_seconds();
  dataset->content([&](size_t done, size_t total) {
    if (stop_requested()) throw Stopped();
    if (Progress::steady_seconds() - started < kWorthShowing) return;
    progress.update({.label = "reading pictures",
                     .done = static_cast<int64_t>(done),
                     .total = static_cast<int64_t>(total),
                     .unit = "pictures"});
    if (done == total) progress.finish();
  });
}

std::unique_ptr<FeatureCache> SplitData::prepare(Captioner& captioner,
                                                 const std::string& cache_folder,
                                                 Progress& progress, BadPictures& bad,
                                                 const FeatureStage& stage) const {
  read_content(progress);
  FeatureFolder where;
  where.folder = cache_folder;
  where.progress = [&](size_t done, size_t total) {
    progress.update({.label = stage.mirrored ? "mirrored features" : "features",
                     .done = static_cast<int64_t>(done),
                     .total = static_cast<int64_t>(total),
                     .unit = "pictures"});
    if (done == total) progress.finish();
    if (stop_requested()) throw Stopped();
  };
  where.message = [&](const std::string& text) { progress.line(text); };
  return cached_features(captioner, *dataset, where, bad, stage);
}

void write_bad_pictures(const std::filesystem::path& path, const BadPictures& bad) {
  if (bad.empty()) return;
  std::string lines;
  for (const BadPicture& picture : bad.all()) {
    nlohmann::json line = {{"reason", picture.reason}};
    set_name(line, "name", picture.name);
    lines += json_line(line);
  }
  write_file_atomically(path, lines);
}

}  // namespace storyteller
