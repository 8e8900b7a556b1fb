#include "train/confidence/observation.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/system/signals.h"
#include "model/image/decode.h"
#include "model/image/picture_folder.h"
#include "train/confidence/made_pictures.h"
#include "train/features/feature_source.h"

namespace storyteller {
namespace {

constexpr size_t kBatch = 32;

/// `count` of `total` places, evenly spaced.
std::vector<size_t> evenly(size_t total, size_t count) {
  std::vector<size_t> places(std::min(count, total));
  for (size_t i = 0; i < places.size(); ++i) places[i] = i * total / places.size();
  return places;
}

}  // namespace

CalibrationObserver::CalibrationObserver(Captioner& captioner, std::string cache, MaxBad max_bad,
                                         PreparationObserver observer)
    : captioner_(captioner),
      cache_(std::move(cache)),
      max_bad_(max_bad),
      observer_(std::move(observer)) {}

void CalibrationObserver::for_each_batch(SplitData& data, const std::vector<size_t>& pictures,
                                         const std::string& label,
                                         const std::function<UseBatch>& use) {
  BadPictures bad(max_bad_.of(data.dataset->size() + data.dataset->skipped().count()));
  bad.record_all(data.dataset->skipped());
  if (!cache_.empty()) data.prepare_features(captioner_, cache_, observer_, bad);
  std::unique_ptr<FeatureSource> source;
  if (data.features) {
    source = std::make_unique<CachedFeatures>(CachedViews{.plain = data.features.get()}, captioner_,
                                              nullptr);
  } else {
    source = std::make_unique<EncodedPictures>(*data.dataset, captioner_, /*threads=*/1, bad);
  }
  std::vector<std::vector<size_t>> batches;
  for (size_t begin = 0; begin < pictures.size(); begin += kBatch) {
    const size_t end = std::min(pictures.size(), begin + kBatch);
    batches.emplace_back(pictures.begin() + static_cast<std::ptrdiff_t>(begin),
                         pictures.begin() + static_cast<std::ptrdiff_t>(end));
  }
  source->expect(batches, 0);
  size_t done = 0;
  for (const std::vector<size_t>& batch : batches) {
    if (stop_requested()) throw Stopped();
    Tape tape(Tape::Mode::kInfer);
    const Tensor features = source->next(tape, batch).value();
    for (size_t i = 0; i < batch.size(); ++i) {
      if (!source->usable(i)) continue;
      size_t end = i + 1;
      while (end < batch.size() && source->usable(end)) ++end;
      use(std::span(batch).subspan(i, end - i),
          features.row_range(static_cast<int64_t>(i), static_cast<int64_t>(end - i)));
      i = end;
    }
    done += batch.size();
    if (observer_.progress) observer_.progress(label, done, pictures.size());
  }
  bad_.record_all(bad);
}

KnownPictures CalibrationObserver::known_pictures(const std::vector<std::string>& data,
                                                  Split split) {
  std::vector<SplitData> sets;
  std::vector<std::pair<size_t, size_t>> places;  // of all pictures: the set, the picture in it
  for (const std::string& specification : data) {
    sets.emplace_back(specification, split, max_bad_);
    for (size_t i = 0; i < sets.back().dataset->size(); ++i)
      places.emplace_back(sets.size() - 1, i);
  }
  known_ = places.size();
  const std::vector<size_t> chosen = evenly(places.size(), kMemoryPictures);
  KnownPictures known;
  for (size_t s = 0; s < sets.size(); ++s) {
    std::vector<size_t> pictures;
    for (const size_t place : chosen) {
      if (places[place].first == s) pictures.push_back(places[place].second);
    }
    for_each_batch(
        sets[s], pictures, "memory", [&](std::span<const size_t> images, const Tensor& features) {
          const std::vector<float> values = to_host_float(features);
          const size_t row = values.size() / images.size();
          known.width = static_cast<size_t>(features.size(2));
          for (size_t i = 0; i < images.size(); ++i) {
            const PooledFeatures one =
                pooled(std::span(values).subspan(i * row, row), row / known.width, known.width);
            known.pooled.insert(known.pooled.end(), one.mean.begin(), one.mean.end());
            known.kinds.push_back(kinds_agreed(sets[s].captions->of_image(images[i])));
          }
        });
  }
  if (known.size() == 0) throw InputError("no picture of `memory_split` could be read");
  return known;
}

std::vector<Signals> CalibrationObserver::signals(const PictureMemory& memory,
                                                  const Tensor& features,
                                                  std::vector<std::vector<std::string>>* words) {
  const std::vector<Caption> captions = captioner_.caption(features, captioner_.options().search);
  const std::vector<float> values = to_host_float(features);
  const size_t row = values.size() / captions.size();
  std::vector<Signals> all;
  for (size_t i = 0; i < captions.size(); ++i) {
    std::vector<std::string> said = captioner_.vocabulary().decode(captions[i].words);
    all.push_back(signals_of(memory, std::span(values).subspan(i * row, row), captions[i], said));
    if (words != nullptr) words->push_back(std::move(said));
  }
  return all;
}

std::vector<JudgedCaption> CalibrationObserver::judged_captions(
    const PictureMemory& memory, const std::vector<std::string>& data, Split split) {
  std::vector<JudgedCaption> judged;
  for (const std::string& specification : data) {
    SplitData set(specification, split, max_bad_);
    std::vector<size_t> pictures(set.dataset->size());
    std::iota(pictures.begin(), pictures.end(), size_t{0});
    for_each_batch(set, pictures, "captions",
                   [&](std::span<const size_t> images, const Tensor& features) {
                     std::vector<std::vector<std::string>> words;
                     const std::vector<Signals> all = signals(memory, features, &words);
                     for (size_t i = 0; i < images.size(); ++i) {
                       const SubjectKinds seen = kinds_agreed(set.captions->of_image(images[i]));
                       judged.push_back({all[i], (subject_of(words[i]).kinds & seen) != 0});
                     }
                   });
  }
  return judged;
}

void CalibrationObserver::add_signals(const PictureMemory& memory, std::span<const Image> images,
                                      std::vector<Signals>& to) {
  if (images.empty()) return;
  if (stop_requested()) throw Stopped();
  const std::vector<Signals> all = signals(memory, captioner_.encode(images), nullptr);
  to.insert(to.end(), all.begin(), all.end());
}

std::vector<Signals> CalibrationObserver::no_photographs(const PictureMemory& memory, size_t made,
                                                         uint64_t seed,
                                                         const std::filesystem::path& folder) {
  std::vector<Signals> all;
  std::vector<std::filesystem::path> files;
  if (!folder.empty()) files = pictures_below(folder, /*recursive=*/true);
  if (!folder.empty() && files.empty()) {
    throw InputError(printable_path(folder.string()) +
                     ": holds no picture; name a folder of screenshots, drawings or pages with "
                     "`not_photos`");
  }
  const size_t total = made + files.size();
  std::vector<Image> batch;
  for (size_t i = 0; i < total; ++i) {
    try {
      batch.push_back(i < made ? made_picture(seed, i) : read_image(files[i - made]));
    } catch (const InputError& error) {
      bad_.record(files[i - made].string(), error.what());
    }
    if (batch.size() == kBatch || i + 1 == total) {
      add_signals(memory, batch, all);
      batch.clear();
      if (observer_.progress) observer_.progress("no photographs", i + 1, total);
    }
  }
  return all;
}

}  // namespace storyteller
