#include "train/features/split_data.h"

#include <chrono>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/system/atomic_file.h"
#include "core/system/signals.h"
#include "core/text/json_line.h"
#include "core/text/json_name.h"

namespace storyteller {
namespace {

/// One of several sets. Throws the same errors, with its name.
std::unique_ptr<Dataset> open_named(const DataSet& set, Split split, const MaxBad& max_bad) {
  const auto named = [&](const Error& error) {
    return "data set '" + set.name + "': " + error.what();
  };
  try {
    return open_dataset(set.specification, split, {.max_bad = max_bad});
  } catch (const NoSuchSplit& error) {
    throw NoSuchSplit(named(error));
  } catch (const EmptySplit& error) {
    throw EmptySplit(named(error));
  } catch (const InputError& error) {
    throw InputError(named(error));
  } catch (const UsageError& error) {
    throw UsageError(named(error));
  }
}

}  // namespace

SplitData::SplitData(const std::string& specification, Split which, const MaxBad& max_bad)
    : split(which),
      dataset(open_dataset(specification, split, {.max_bad = max_bad})),
      captions(std::make_unique<CaptionCorpus>(*dataset)) {}

SplitData::SplitData(std::span<const DataSet> sets, Split which, const MaxBad& max_bad,
                     bool prefixes)
    : split(which) {
  if (sets.size() == 1 && !prefixes) {
    dataset = open_dataset(sets[0].specification, split, {.max_bad = max_bad});
  } else {
    std::vector<JoinedDataset::Part> parts;
    for (const DataSet& set : sets) {
      parts.push_back({.name = set.name, .dataset = open_named(set, split, max_bad)});
    }
    auto all = std::make_unique<JoinedDataset>(std::move(parts));
    joined_ = all.get();
    dataset = std::move(all);
    if (sets.size() == 1) name = sets[0].name;
  }
  captions = std::make_unique<CaptionCorpus>(*dataset);
}

void SplitData::prepare_features(Captioner& captioner, const std::string& cache_folder,
                                 const PreparationObserver& observer, BadPictures& bad) {
  if (!is_pretrained(captioner.options().encoder)) return;
  features = prepare(captioner, cache_folder, observer, bad, {});
}

std::vector<const Dataset*> SplitData::datasets() const {
  if (joined_ == nullptr) return {dataset.get()};
  std::vector<const Dataset*> all;
  for (const JoinedDataset::Part& part : joined_->parts()) all.push_back(part.dataset.get());
  return all;
}

void SplitData::read_content(const PreparationObserver& observer) const {
  using Clock = std::chrono::steady_clock;
  const auto worth_telling = Clock::now() + std::chrono::seconds(2);
  size_t before = 0;  // pictures of earlier sets
  for (const Dataset* each : datasets()) {
    each->content([&](size_t done, size_t) {
      if (stop_requested()) throw Stopped();
      if (observer.progress && Clock::now() >= worth_telling) {
        observer.progress("reading pictures", before + done, dataset->size());
      }
    });
    before += each->size();
  }
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
  if (joined_ == nullptr) return cached_features(captioner, *dataset, where, bad, stage);
  std::vector<std::unique_ptr<FeatureCache>> caches;  // each as if its set were alone
  for (const JoinedDataset::Part& part : joined_->parts()) {
    where.prefix = part.prefix();
    caches.push_back(cached_features(captioner, *part.dataset, where, bad, stage));
  }
  return FeatureCache::joined(std::move(caches));
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
