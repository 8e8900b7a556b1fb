#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/error.h"
#include "model/captioner.h"
#include "train/batches/batch_sampler.h"
#include "train/batches/packed_batch.h"
#include "train/caption_loss.h"
#include "train/curriculum.h"
#include "train/data/caption_corpus.h"
#include "train/data/dataset.h"
#include "train/features/feature_cache.h"
#include "train/features/feature_source.h"
#include "train/optimization/optimizer.h"
#include "train/optimization/weight_average.h"
#include "train/session/train_options.h"
#include "train/training_state.h"
#include "train/word_presence.h"

namespace storyteller {

/// What a run reads. References must outlive the trainer; the features are null for an encoder that
/// is trained along from the beginning.
struct TrainingData {
  const Dataset& train;
  const CaptionCorpus& train_captions;
  const FeatureCache* train_features;
  const Dataset& validation;
  const CaptionCorpus& validation_captions;
  const FeatureCache* validation_features;
  const FeatureCache* train_mirrored = nullptr;  ///< features of mirrored pictures, for `flip`
  /// What the first layer that learns reads, for a pretrained encoder that is fine-tuned; null: the
  /// frozen layers run in every step.
  CachedViews train_layers = {}, validation_layers = {};
};

/// Whom the trainer tells how it gets on; every function may be empty.
struct TrainingObserver {
  std::function<void(const TrainingState&, int64_t steps_per_epoch, double loss)> step;
  std::function<void(size_t done, size_t total)> validating;
  std::function<void(const EpochRecord&, bool best)> epoch;
  /// After an epoch in which the word detector learned alone: its number, from 1, and mean loss.
  std::function<void(int64_t epoch, double loss)> detector_epoch;
  std::function<void(const std::string&)> message;
};

/// Trains a captioner by cross-entropy with teacher forcing.
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
  /// Epochs that were validated in the run of which `file` is the last.storyteller; 0 when it holds
  /// no training. Throws ModelError.
  static int64_t validated_epochs(const SafetensorsFile& file);
  /// What describe() gave to the run of which `file` is the last.storyteller; "": nothing.
  static std::string record_of(const SafetensorsFile& file);

  enum class Outcome { kFinished, kStopped };

  Trainer(const TrainOptions& options, Captioner& captioner, const TrainingData& data,
          std::filesystem::path run_folder, BadPictures& bad, TrainingObserver observer = {});

  /// Goes on from RUN_DIR/last.storyteller. False when there is none. Throws UsageError where the
  /// options do not fit the run: fewer epochs than it has behind it, another batch in mid-epoch, an
  /// optimizer or average whose state it lacks.
  bool resume();
  /// What of data and settings last.storyteller keeps beside the state: a RunRecord as JSON.
  void describe(std::string record) { record_ = std::move(record); }
  /// Trains until the end, until validation has not improved for `patience` epochs, or until
  /// stop_requested(): then last.storyteller is saved first. Throws DivergedError after ten steps
  /// in a row whose loss, gradient or weights were not finite, and where what is to be saved or
  /// what the weights say is not.
  Outcome run();
  /// Leaves the epochs so far out of the choice of the best: their scores were those of other
  /// pictures.
  void select_anew() { state_.selected_after = state_.validated; }

  const TrainingState& state() const { return state_; }
  /// Of the next step.
  double learning_rate() const { return learning_rate_at(state_.step); }
  int64_t steps_per_epoch() const { return static_cast<int64_t>(sampler_.batches_per_epoch()); }

  /// One update; returns the step's mean cross-entropy. For benchmarks and tests; run() calls it.
  double train_step();

 private:
  void make_sources();
  FeatureSource& source_in(const Phase& phase);
  void announce_batches();
  Tensor learn_part(const CaptionBatch& part, const Phase& phase);
  Var presence_loss(const Var& features, const CaptionBatch& batch);
  void begin();
  void take_state(const SafetensorsFile& file,
                  const std::vector<std::pair<std::string, Tensor>>& state,
                  const std::string& setting);
  void check_cursor(const std::string& file) const;
  void restore_best();
  void train_epoch();
  void end_epoch();
  const Phase& phase_at_hand() const;
  const Phase& phase_behind() const;
  double learning_rate_at(int64_t step) const;

  size_t validation_pictures() const;
  std::unique_ptr<FeatureSource> validation_source();
  std::vector<FoundCaption> caption_validation(size_t pictures, bool probe);
  EpochRecord measure(const CaptionScores& scores, size_t pictures);
  double measure_validation_loss(size_t pictures);
  void validate();
  void end_detecting();
  bool finished() const;
  std::string stale_text() const;

  void save_last();
  void save_best();
  uint64_t model_bytes() const;
  void require_finite() const;
  DivergedError diverged(const std::string& what) const;
  std::string not_finite() const;
  void skip_step(double loss);
  void keep_buffers();
  void restore_buffers();

  TrainOptions options_;
  ScorerOptions scoring_;
  Captioner& captioner_;
  TrainingData data_;
  std::filesystem::path run_folder_;
  BadPictures& bad_;
  TrainingObserver observer_;

  Curriculum curriculum_;
  EncodedCaptions captions_;
  BatchSampler sampler_;
  Augmentation augmentation_;
  std::unique_ptr<FeatureSource> frozen_source_;    // null: the encoder learns from the beginning
  std::unique_ptr<FeatureSource> learning_source_;  // null: it never learns
  FeatureSource* source_ = nullptr;                 // of the epoch at hand
  std::unique_ptr<WordPresence> presence_;          // null without a word detector
  Tensor presence_weight_;                          // (V) of presence_
  std::vector<float> present_;                      // (I,V) of the batch at hand
  Optimizer optimizer_;
  WeightAverage average_;
  TrainingState state_;
  std::string record_;
  int64_t saved_step_ = -1;  // that last.storyteller holds; -1: there is none of this run

  Tape tape_{Tape::Mode::kTrain};
  CaptionBatch batch_, part_;
  BatchPacker packer_{captioner_.vocabulary().size()};
  PackedBatch packed_;
  Decoder::Loop loop_;
  Tensor kept_buffers_;  // of before the step; empty where running statistics do not move
};

}  // namespace storyteller
