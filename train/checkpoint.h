#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "model/captioner.h"
#include "train/optimization/optimizer.h"
#include "train/optimization/weight_average.h"
#include "train/training_state.h"

namespace storyteller {

/// The files of a run: best.storyteller, a model; last.storyteller, a model with the state of the
/// training in it; log.csv. Each is written atomically.
class Checkpoint {
 public:
  /// Epochs that were validated in the run of which `file` is the last.storyteller; 0 when it holds
  /// no training. Throws ModelError.
  static int64_t validated_epochs(const SafetensorsFile& file);
  /// What describe() gave to the run of which `file` is the last.storyteller; "": nothing.
  static std::string record_of(const SafetensorsFile& file);

  /// `model_type`: of the numbers in best.storyteller. The references must outlive the object.
  Checkpoint(std::filesystem::path folder, StoredType model_type, Captioner& captioner,
             Optimizer& optimizer, WeightAverage& average);

  std::filesystem::path last() const { return folder_ / "last.storyteller"; }
  std::filesystem::path best() const { return folder_ / "best.storyteller"; }
  std::filesystem::path log() const { return folder_ / "log.csv"; }
  /// Step of the state that last.storyteller holds; -1: there is none of this run.
  int64_t saved_step() const { return saved_step_; }

  /// What last.storyteller keeps of data and settings beside the state: a RunRecord as JSON.
  void describe(std::string record) { record_ = std::move(record); }
  void save_last(const TrainingState& state);
  /// The model with the average of its weights, where there is one. Without the times, so that
  /// equal seeds give equal files.
  void save_best(const std::vector<EpochRecord>& history);
  /// Throws IoError where the disk has no room for the files that are yet to come.
  void require_room() const;

  /// The state that a last.storyteller holds. Throws ModelError where it holds none.
  static TrainingState state_in(const SafetensorsFile& file);
  /// Throws UsageError where a run of so many epochs, of so many batches each, cannot go on from
  /// the state in last.storyteller.
  void require_fit(const TrainingState& state, uint64_t epochs, uint64_t batches_per_epoch) const;
  /// Takes weights, moments, average and step counts. Throws UsageError where the run was trained
  /// without them.
  void take(const SafetensorsFile& file, const TrainingState& state);

 private:
  using NamedTensors = std::vector<std::pair<std::string, Tensor>>;
  static void take_tensors(const SafetensorsFile& file, const NamedTensors& tensors,
                           const std::string& setting);
  uint64_t model_bytes() const;

  std::filesystem::path folder_;
  StoredType model_type_;
  Captioner& captioner_;
  Optimizer& optimizer_;
  WeightAverage& average_;
  std::string record_;
  int64_t saved_step_ = -1;
};

}  // namespace storyteller
