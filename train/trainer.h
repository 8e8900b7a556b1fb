#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/error.h"
#include "model/captioner.h"
#include "train/batches/batch_plan.h"
#include "train/checkpoint.h"
#include "train/concepts/picture_concepts.h"
#include "train/curriculum.h"
#include "train/divergence.h"
#include "train/features/training_sources.h"
#include "train/objectives/batch_gradient.h"
#include "train/optimization/optimizer.h"
#include "train/optimization/weight_average.h"
#include "train/selection.h"
#include "train/session/train_options.h"
#include "train/training_data.h"
#include "train/training_observer.h"
#include "train/training_state.h"
#include "train/validation/examiner.h"

namespace storyteller {

/// Trains a captioner: what for, and who learns when, its curriculum says (train/curriculum.h).
///
/// RUN_DIR receives best.storyteller (the model of the best validation, see train/selection.h),
/// last.storyteller (the same file format with the state of the training in it) and log.csv, each
/// written atomically. last.storyteller is there before the first step, is saved again at the end
/// of an epoch, before its validation, and never holds a number that is not finite. Order, dropout
/// and weights are functions of the seed and of counters that last.storyteller keeps, so a run that
/// was interrupted anywhere and resumed ends in the same bits as one that was not, at equal thread
/// counts.
class Trainer {
 public:
  using Outcome = TrainingOutcome;

  Trainer(const TrainOptions& options, Captioner& captioner, const TrainingData& data,
          std::filesystem::path run_folder, BadPictures& bad, TrainingObserver observer = {});

  /// Goes on from RUN_DIR/last.storyteller. False when there is none. Throws UsageError where the
  /// options do not fit the run: fewer epochs than it has behind it, another batch in mid-epoch, an
  /// optimizer or average whose state it lacks.
  bool resume();
  /// What of data and settings last.storyteller keeps beside the state: a RunRecord as JSON.
  void describe(std::string record) { checkpoint_.describe(std::move(record)); }
  /// Trains until the end, until validation has not improved for `patience` epochs, or until
  /// stop_requested(): then last.storyteller is saved first. Throws DivergedError after ten steps
  /// in a row whose loss, gradient or weights were not finite, and where what is to be saved or
  /// what the weights say is not.
  Outcome run();
  /// Leaves the epochs so far out of the choice of the best: their scores were those of other
  /// pictures, or something else chose.
  void select_anew() { state_.selected_after = state_.validated; }

  const TrainingState& state() const { return state_; }
  /// Of the next step.
  double learning_rate() const { return learning_rate_at(state_.step); }
  int64_t steps_per_epoch() const { return static_cast<int64_t>(plan_.batches_per_epoch()); }

  /// One update; returns the step's mean loss, of the phase's first term. For benchmarks and tests;
  /// run() calls it.
  double train_step();

 private:
  const Phase& current_phase() const;
  const Phase& finished_phase() const;
  FeatureSource& source() const;
  double learning_rate_at(int64_t step) const;
  void announce_batches();
  void skip_step(double loss);

  void begin();
  void train_epoch();
  void end_epoch();
  void end_detecting();
  template <class Use>
  void for_each_set(Use&& use);
  std::vector<Marks> examine(bool probe);
  void validate();
  void measure_loss(EpochRecord* record);
  EpochRecord measure(const std::vector<Marks>& marks);
  const Criterion& criterion() const { return examiners_.front()->criterion(); }
  size_t validation_pictures() const;
  std::optional<double> best_value() const;
  Selection selection() const;
  bool finished() const;
  std::string stale_text() const;
  void say(const std::string& text) const;

  void restore_best();
  void save_last();
  DivergedError diverged(const std::string& what) const;

  TrainOptions options_;
  Captioner& captioner_;
  TrainingObserver observer_;

  Curriculum curriculum_;
  std::vector<std::unique_ptr<Examiner>> examiners_;  // of each set
  std::vector<CaptionRange> ranges_;                  // of data sets
  EncodedCaptions captions_;
  std::optional<PictureConcepts> concepts_;
  TrainingSources sources_;
  BatchPlan plan_;
  BatchGradient gradient_;
  KeptStatistics statistics_;
  Optimizer optimizer_;
  WeightAverage average_;
  Checkpoint checkpoint_;
  TrainingState state_;
};

}  // namespace storyteller
