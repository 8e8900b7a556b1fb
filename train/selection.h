#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "train/training_state.h"

namespace storyteller {

/// Whether `a`, the later of two epochs of a run, is the better one: by CIDEr; a tie goes to the
/// smaller validation loss (where both were measured), then to the greater ROUGE-L, BLEU-4 and
/// BLEU-1, then to the later epoch.
bool better(const EpochRecord& a, const EpochRecord& b);

/// What the epochs of a run come to.
struct Selection {
  int64_t best = 0;   ///< number of the best epoch; 0: none yet
  int64_t stale = 0;  ///< epochs since CIDEr last rose; those in which it could not tell do not
                      ///< count
};
/// Of the epochs behind `after`. CIDEr cannot tell while it is 0 for every epoch: that of a single
/// picture always is.
Selection select(const std::vector<EpochRecord>& history, int64_t after = 0);

/// With fewer validation pictures than this, chance decides much of a score.
inline constexpr size_t kFewValidationPictures = 10;

/// What the user of a run with so few validation pictures should know; "": nothing.
std::string few_pictures_warning(size_t pictures);

}  // namespace storyteller
