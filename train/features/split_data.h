#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "model/captioner.h"
#include "train/data/caption_corpus.h"
#include "train/data/data_sets.h"
#include "train/data/dataset.h"
#include "train/data/joined_dataset.h"
#include "train/features/feature_cache.h"
#include "train/features/feature_key.h"

namespace storyteller {

/// Callbacks of long work on a split; every function may be empty.
struct PreparationObserver {
  /// What is done ("features"), and how many of its pictures. Reading pictures is told of where it
  /// takes more than two seconds.
  std::function<void(const std::string& what, size_t done, size_t total)> progress;
  std::function<void(const std::string&)> message;
};

/// One split of a data set with its captions and, for a frozen encoder, its features. A signal
/// (stop_requested) ends what takes long by Stopped.
struct SplitData {
  Split split;
  std::string name;  ///< of the data set among several; "": there is one
  std::unique_ptr<Dataset> dataset;
  std::unique_ptr<CaptionCorpus> captions;
  std::unique_ptr<FeatureCache> features;

  /// Opens the data set and tokenises its captions.
  SplitData(const std::string& specification, Split which, const MaxBad& max_bad);
  /// Opens several data sets as one, in which a picture is called NAME/ID; a single one as above,
  /// unless `prefixes` asks for such names all the same. Errors name the set. `sets` is not empty.
  SplitData(std::span<const DataSet> sets, Split which, const MaxBad& max_bad,
            bool prefixes = false);
  /// The sets that were opened as one; null: it is one.
  const JoinedDataset* joined() const { return joined_; }
  /// Each set: what is kept of pictures, such as Dataset::content(), is kept of these.
  std::vector<const Dataset*> datasets() const;
  /// Reads all pictures once, for Dataset::content() of each set.
  void read_content(const PreparationObserver& observer) const;
  /// Computes the features, or takes them from the cache folder; nothing for an encoder that
  /// learns.
  void prepare_features(Captioner& captioner, const std::string& cache_folder,
                        const PreparationObserver& observer, BadPictures& bad);
  /// The same for what `stage` says, whatever the encoder.
  std::unique_ptr<FeatureCache> prepare(Captioner& captioner, const std::string& cache_folder,
                                        const PreparationObserver& observer, BadPictures& bad,
                                        const FeatureStage& stage) const;

 private:
  const JoinedDataset* joined_ = nullptr;  // `dataset`, where it is one
};

/// Writes what was skipped as JSON lines {"name", "reason"}; no file where nothing was.
void write_bad_pictures(const std::filesystem::path& path, const BadPictures& bad);

}  // namespace storyteller
