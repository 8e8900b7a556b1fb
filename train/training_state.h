#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "train/batches/batch_sampler.h"
#include "train/metrics/named_scores.h"

namespace storyteller {

/// What an epoch's model makes of the validation pictures of one of several data sets.
struct SetRecord {
  std::string name;
  NamedScores scores;
  int64_t distinct = 0, images = 0;  ///< as in EpochRecord
  std::optional<double> validation_loss = {};
};

/// Result of one epoch.
struct EpochRecord {
  int64_t epoch = 0;  ///< from 1
  int64_t step = 0;   ///< updates since the beginning of the run
  double loss = 0;    ///< mean cross-entropy a word over the epoch's training captions
  double learning_rate = 0;
  double seconds = 0;  ///< of training since the record before, without validation
  NamedScores scores;  ///< on the validation pictures; of several sets what selects, see take_sets
  int64_t distinct = 0, images = 0;  ///< distinct captions among those of the validated pictures
  double waited = 0;  ///< of `seconds`: waiting for pictures that were not decoded yet
  /// Measured where it selects, or scores may not tell epochs apart.
  std::optional<double> validation_loss;
  /// Means of what objectives measured in training (Measure), such as the reward of captions that
  /// were sampled; and the signature by which they are comparable. Empty: nothing was.
  NamedScores measures;
  std::string signature;
  std::vector<SetRecord> sets;  ///< where several data sets were validated
};

/// Everything, besides weights and moments, that the rest of a run depends on.
struct TrainingState {
  BatchSampler::Cursor cursor;
  int64_t step = 0;       ///< batches taken, skipped ones included
  int64_t updates = 0;    ///< optimizer steps
  int64_t validated = 0;  ///< epochs validated
  int64_t skipped = 0;    ///< steps skipped in a row
  int64_t best_epoch = 0;
  double loss_sum = 0, loss_words = 0;  ///< of the current epoch
  /// Sum and count of each measure in the current epoch.
  std::map<std::string, std::pair<double, double>> measures;
  double epoch_seconds = 0, waited_seconds = 0;
  /// Updates in which a group of parameters was frozen.
  std::map<std::string, int64_t> frozen_steps;
  int64_t selected_after = 0;  ///< epochs up to this one do not compete: other pictures scored them
  std::vector<EpochRecord> history;
};

/// JSON, and back to the same bits. Throws ModelError naming `file`.
std::string to_json(const TrainingState& state);
TrainingState training_state_from_json(const std::string& json, const std::string& file);
/// The history alone, for model files and reports.
std::string to_json(const std::vector<EpochRecord>& history);
std::vector<EpochRecord> history_from_json(const std::string& json, const std::string& file);

/// Rewrites the CSV log of a run: a header and a line an epoch.
void write_training_log(const std::filesystem::path& path, const std::vector<EpochRecord>& history);

}  // namespace storyteller
