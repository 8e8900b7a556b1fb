#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/config.h"
#include "train/features/split_data.h"
#include "train/session/recipe.h"
#include "train/session/run_folder.h"
#include "train/training_observer.h"

namespace storyteller {

/// What is trained, from what, and where.
struct SessionOptions {
  std::string data;  ///< FORMAT:PATH, or NAME=FORMAT:PATH (parse_data_set)
  std::filesystem::path
      run_folder;  ///< receives models, their state and log.csv, config.json, bad.jsonl
  std::filesystem::path cache;               ///< for what frozen layers say
  std::filesystem::path config = {};         ///< settings as a JSON file; empty: none
  std::filesystem::path initial_model = {};  ///< its options, words and weights; empty: a new model
  std::vector<std::filesystem::path> teachers = {};  ///< models to learn from, see load_teachers
  std::string encoder_weights = {};                  ///< of a pretrained encoder; empty: looked for
  bool resume = false;                               ///< goes on with the run in the folder
  bool allow_other_data = false;                     ///< although the data are not those of the run
  double max_bad = MaxBad{}.share;
  /// Further data sets, as `data`, whose pictures are trained on together with its: words are those
  /// of all, the setting data_weights says how often their pictures are seen, and each is validated
  /// by itself, see SelectionOver.
  std::vector<std::string> more_data = {};
};

/// Callbacks of a session; every function may be empty.
struct SessionObserver {
  TrainingObserver training;
  /// What is prepared before the first step, see PreparationObserver::progress.
  std::function<void(const std::string& what, size_t done, size_t total)> preparing;
  std::function<void(const std::string&)> message;
  std::function<void(const std::string&)> warning;
};

/// A training from its options to best.storyteller. Prints nothing: the observer hears of
/// everything. A signal (stop_requested) leaves a run that can go on.
///
///   TrainingSession session({.data = "scenes", .run_folder = "run", .cache = "features"});
///   session.config().assign("epochs=3");
///   session.open(Device::cpu(), {});
///   session.run();  // then session.folder().best() is a model
class TrainingSession {
 public:
  /// Looks at the run folder and at the model to start from; the recipe is that of `data`, and
  /// the model's options are those of the model, where there is one. Throws what RunFolder does.
  explicit TrainingSession(SessionOptions options);
  ~TrainingSession();
  TrainingSession(const TrainingSession&) = delete;
  TrainingSession& operator=(const TrainingSession&) = delete;

  /// Settings in force so far: those of the recipe, of the run that goes on and of the options'
  /// file. They can be changed until open().
  Config& config();
  /// Throws UsageError where a setting of the model differs from that of the model to start from,
  /// where a setting was given that nothing reads (require_read_settings), and where objectives are
  /// not known, lack teachers or have some that nobody asks.
  void check_settings() const;
  const Recipe& recipe() const;
  const RunFolder& folder() const;

  /// Opens the data and makes the model. Throws as check_settings(), UsageError where the weights
  /// of its encoder are not found, and as load_teachers().
  void open(Device device, SessionObserver observer);
  Captioner& captioner();
  /// Of all data sets together, in which a picture of several sets is called NAME/ID.
  const SplitData& train() const;
  /// Of the first data set that has pictures to validate on; and of each that has.
  const SplitData& validation() const { return validations().front(); }
  std::span<const SplitData> validations() const;
  /// What of the data could not be used so far; bad.jsonl names it at the end of run().
  const BadPictures& bad() const;

  /// Computes what frozen layers say, then trains, until the end or a signal. Once, after open().
  TrainingOutcome run();
  const TrainingState& state() const;

 private:
  struct Start;
  struct Parts;
  std::unique_ptr<Start> start_;
  std::unique_ptr<Parts> parts_;
};

}  // namespace storyteller
