#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "model/captioner.h"
#include "train/confidence/calibration.h"
#include "train/confidence/memory_fit.h"
#include "train/features/split_data.h"

namespace storyteller {

/// Looks at pictures with a model, for its calibration. What cannot be read is recorded in `bad`; a
/// signal (stop_requested) ends all of it by Stopped.
class CalibrationObserver {
 public:
  /// @param cache folder of cached features; "": pictures are read and encoded each time.
  CalibrationObserver(Captioner& captioner, std::string cache, MaxBad max_bad,
                      PreparationObserver observer);

  /// What the memory is made of: the pictures of a split of all data sets, at most kMemoryPictures,
  /// evenly chosen. Throws what open_dataset throws.
  KnownPictures known_pictures(const std::vector<std::string>& data, Split split);
  /// Captions of a split of all data sets, by the model's own search, against the descriptions.
  std::vector<JudgedCaption> judged_captions(const PictureMemory& memory,
                                             const std::vector<std::string>& data, Split split);
  /// `made` pictures that are none (made_picture), then the pictures of a folder and of those
  /// below; "": of no folder. Throws InputError where it holds none.
  std::vector<Signals> no_photographs(const PictureMemory& memory, size_t made, uint64_t seed,
                                      const std::filesystem::path& folder);

  const BadPictures& bad() const { return bad_; }
  /// Pictures of the memory's split, of which some may have been left out.
  size_t known() const { return known_; }

  static constexpr size_t kMemoryPictures = 12288;

 private:
  using UseBatch = void(std::span<const size_t> images, const Tensor& features);
  /// Calls use(images, features) with those of `pictures` that can be read, in batches.
  void for_each_batch(SplitData& data, const std::vector<size_t>& pictures,
                      const std::string& label, const std::function<UseBatch>& use);
  void add_signals(const PictureMemory& memory, std::span<const Image> images,
                   std::vector<Signals>& signals);
  /// Their captions and features as signals, in their order.
  std::vector<Signals> signals(const PictureMemory& memory, const Tensor& features,
                               std::vector<std::vector<std::string>>* words);

  Captioner& captioner_;
  std::string cache_;
  MaxBad max_bad_;
  PreparationObserver observer_;
  BadPictures bad_;
  size_t known_ = 0;
};

}  // namespace storyteller
