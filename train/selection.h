#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "train/metrics/table.h"
#include "train/training_state.h"

namespace storyteller {

/// Key of the score of a model that answers questions.
inline constexpr const char* kAccuracy = "accuracy";

/// By what the best epoch of a run is chosen.
struct Criterion {
  std::string key = "cider";    ///< of a score; "loss": that on the validation captions
  std::string title = "CIDEr";  ///< as people read it
  std::optional<Metric> metric = Metric::kCider;  ///< that gives the score; none: no metric does
  bool greater_is_better = true;

  /// What it is in a record, where it was computed.
  std::optional<double> of(const EpochRecord& record) const;
  /// Whether the first of two values is the better one; one that is absent never is.
  bool prefers(std::optional<double> a, std::optional<double> b) const;
};

/// Which of several data sets the scores are of that select: all, or the first one.
enum class SelectionOver : int { kMean, kFirst };

/// Puts what an epoch's model makes of several sets into its record. `scores` and `validation_loss`
/// become the means over the sets, each set counting the same however many pictures it has, of what
/// every set has; or those of the first set. Distinct captions and images are added up.
void take_sets(std::vector<SetRecord> sets, SelectionOver over, EpochRecord* record);

/// "cider", "bleu_4" (or "bleu-4"), "loss": see TrainOptions::selection. `where` names the option
/// in the UsageError that another name gets.
Criterion parse_criterion(std::string_view name, std::string_view where);

/// Whether `a`, the later of two epochs of a run, is the better one: by the criterion; a tie goes
/// to the smaller validation loss (where both were measured), then to the greater ROUGE-L, BLEU-4
/// and BLEU-1, then to the later epoch.
bool better(const EpochRecord& a, const EpochRecord& b, const Criterion& criterion = {});

/// Result of the epochs of a run.
struct Selection {
  int64_t best = 0;   ///< number of the best epoch; 0: none yet
  int64_t stale = 0;  ///< epochs since the criterion last got better; those in which it could not
                      ///< tell do not count
};
/// Of the epochs behind `after`. A score cannot tell while it is 0 for every epoch: CIDEr of a
/// single picture always is.
Selection select(const std::vector<EpochRecord>& history, int64_t after = 0,
                 const Criterion& criterion = {});

/// With fewer validation pictures than this, chance decides much of a score.
inline constexpr size_t kFewValidationPictures = 10;

/// What the user of a run with so few validation pictures should know; "": nothing.
std::string few_pictures_warning(size_t pictures, const Criterion& criterion = {});

}  // namespace storyteller
