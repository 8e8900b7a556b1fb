#include "train/features/split_data.h"

#include <chrono>

#include <nlohmann/json.hpp>

#include "core/system/atomic_file.h"
#include "core/system/signals.h"
#include "core/text/json_line.h"
#include "core/text/json_name.h"

namespace storyteller {

SplitData::SplitData(const std::string& specification, Split which, const MaxBad& max_bad)
    : split(which),
      dataset(open_dataset(specification, split, {.max_bad = max_bad})),
      captions(std::make_unique<CaptionCorpus>(*dataset)) {}

void SplitData::prepare_features(Captioner& captioner, const std::string& cache_folder,
                                 const PreparationObserver& observer, BadPictures& bad) {
  if (!is_pretrained(captioner.options().encoder)) return;
  features = prepare(captioner, cache_folder, observer, bad, {});
}

void SplitData::read_content(const PreparationObserver& observer) const {
  using Clock = std::chrono::steady_clock;
  const auto worth_telling = Clock::now() + std::chrono::seconds(2);
  dataset->content([&](size_t done, size_t total) {
    if (stop_requested()) throw Stopped();
    if (observer.progress && Clock::now() >= worth_telling) {
      observer.progress("reading pictures", done, total);
    }
  });
}

std::unique_ptr<FeatureCache> SplitData::prepare(Captioner& captioner,
                                                 const std::string& cache_folder,
                                                 const PreparationObserver& observer,
                                                 BadPictures& bad,
                                                 const FeatureStage& stage) const {
  read_content(observer);
  FeatureFolder where;
  where.folder = cache_folder;
  where.progress = [&](size_t done, size_t total) {
    if (observer.progress) {
      observer.progress(stage.mirrored ? "mirrored features" : "features", done, total);
    }
    if (stop_requested()) throw Stopped();
  };
  where.message = observer.message;
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
