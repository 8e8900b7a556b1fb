#include "train/selection.h"

#include <algorithm>

namespace storyteller {

bool better(const EpochRecord& a, const EpochRecord& b) {
  if (a.cider != b.cider) return a.cider > b.cider;
  const bool measured = a.validation_loss > 0 && b.validation_loss > 0;
  if (measured && a.validation_loss != b.validation_loss) {
    return a.validation_loss < b.validation_loss;
  }
  if (a.rouge_l != b.rouge_l) return a.rouge_l > b.rouge_l;
  if (a.bleu[3] != b.bleu[3]) return a.bleu[3] > b.bleu[3];
  if (a.bleu[0] != b.bleu[0]) return a.bleu[0] > b.bleu[0];
  return a.epoch > b.epoch;
}

Selection select(const std::vector<EpochRecord>& history, int64_t after) {
  Selection selection;
  const EpochRecord* best = nullptr;
  for (const EpochRecord& record : history) {
    if (record.epoch <= after) continue;
    const bool rose = best == nullptr || record.cider > best->cider;
    const bool told = best != nullptr && std::max(record.cider, best->cider) > 0;
    if (rose) {
      selection.stale = 0;
    } else if (told) {
      ++selection.stale;
    }
    if (best == nullptr || better(record, *best)) best = &record;
  }
  if (best != nullptr) selection.best = best->epoch;
  return selection;
}

std::string few_pictures_warning(size_t pictures) {
  if (pictures >= kFewValidationPictures) return "";
  if (pictures < 2) {
    return "1 validation picture: CIDEr is 0 for one picture, whatever is said of it; the epoch of "
           "the least validation loss is kept as the best, and patience ends no run; validate on "
           "at least " +
           std::to_string(kFewValidationPictures) + " pictures";
  }
  return std::to_string(pictures) +
         " validation pictures: chance decides which epoch scores best; validate on at least " +
         std::to_string(kFewValidationPictures) + " pictures, better on hundreds";
}

}  // namespace storyteller
