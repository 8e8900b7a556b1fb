#include "train/selection.h"

#include <algorithm>
#include <utility>

#include "core/did_you_mean.h"
#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/phrase.h"

namespace storyteller {

std::optional<double> Criterion::of(const EpochRecord& record) const {
  return key == "loss" ? record.validation_loss : record.scores.find(key);
}

bool Criterion::prefers(std::optional<double> a, std::optional<double> b) const {
  if (!a || !b) return a.has_value();
  return greater_is_better ? *a > *b : *a < *b;
}

Criterion parse_criterion(std::string_view name, std::string_view where) {
  std::string key(name);
  std::replace(key.begin(), key.end(), '-', '_');
  if (key == "loss") return {key, "loss", std::nullopt, /*greater_is_better=*/false};
  if (key == kAccuracy) return {key, key, std::nullopt, /*greater_is_better=*/true};
  std::vector<std::string> known = {"loss", kAccuracy};
  for (const ScoreColumn& column : score_columns()) {
    if (column.key == key) {
      return {key, std::string(column.title), column.metric, column.greater_is_better};
    }
    known.emplace_back(column.key);
  }
  throw UsageError(std::string(where) + ": unknown score '" + printable(std::string(name)) + "'" +
                   did_you_mean(key, known) + " (there are " + joined(known) + ")");
}

namespace {

/// Of a value of each set; nothing where one lacks it.
template <class Value>
std::optional<double> mean_of(const std::vector<SetRecord>& sets, const Value& value) {
  double sum = 0;
  for (const SetRecord& set : sets) {
    const std::optional<double> of_set = value(set);
    if (!of_set) return std::nullopt;
    sum += *of_set;
  }
  return sum / static_cast<double>(sets.size());
}

}  // namespace

void take_sets(std::vector<SetRecord> sets, SelectionOver over, EpochRecord* record) {
  record->sets = std::move(sets);
  record->scores = {};
  record->distinct = record->images = 0;
  for (const SetRecord& set : record->sets) {
    record->distinct += set.distinct;
    record->images += set.images;
  }
  const std::vector<SetRecord> selecting =
      over == SelectionOver::kMean ? record->sets : std::vector<SetRecord>{record->sets.front()};
  for (const auto& [key, score] : selecting.front().scores) {
    const auto mean =
        mean_of(selecting, [&key = key](const SetRecord& set) { return set.scores.find(key); });
    if (mean) record->scores.set(key, *mean);
  }
  record->validation_loss =
      mean_of(selecting, [](const SetRecord& set) { return set.validation_loss; });
}

bool better(const EpochRecord& a, const EpochRecord& b, const Criterion& criterion) {
  const auto a_value = criterion.of(a), b_value = criterion.of(b);
  if (a_value != b_value) return criterion.prefers(a_value, b_value);
  if (a.validation_loss && b.validation_loss && *a.validation_loss != *b.validation_loss) {
    return *a.validation_loss < *b.validation_loss;
  }
  for (const char* key : {"rouge_l", "bleu_4", "bleu_1"}) {
    const auto a_score = a.scores.find(key), b_score = b.scores.find(key);
    if (a_score && b_score && *a_score != *b_score) return *a_score > *b_score;
  }
  return a.epoch > b.epoch;
}

Selection select(const std::vector<EpochRecord>& history, int64_t after,
                 const Criterion& criterion) {
  Selection selection;
  const EpochRecord* best = nullptr;
  for (const EpochRecord& record : history) {
    if (record.epoch <= after) continue;
    const auto value = criterion.of(record);
    const auto highest = best == nullptr ? std::nullopt : criterion.of(*best);
    const bool rose = best == nullptr || criterion.prefers(value, highest);
    const bool told =
        !criterion.greater_is_better || std::max(value.value_or(0), highest.value_or(0)) > 0;
    if (rose) {
      selection.stale = 0;
    } else if (told) {
      ++selection.stale;
    }
    if (best == nullptr || better(record, *best, criterion)) best = &record;
  }
  if (best != nullptr) selection.best = best->epoch;
  return selection;
}

std::string few_pictures_warning(size_t pictures, const Criterion& criterion) {
  if (pictures >= kFewValidationPictures) return "";
  if (pictures < 2 && criterion.metric == Metric::kCider) {
    return "1 validation picture: CIDEr is 0 for one picture, whatever is said of it; the epoch of "
           "the least validation loss is kept as the best, and patience ends no run; validate on "
           "at least " +
           std::to_string(kFewValidationPictures) + " pictures";
  }
  return counted(pictures, "validation picture", "validation pictures") +
         ": chance decides which epoch scores best; validate on at least " +
         std::to_string(kFewValidationPictures) + " pictures, better on hundreds";
}

}  // namespace storyteller
