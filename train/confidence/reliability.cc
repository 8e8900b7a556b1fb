#include "train/confidence/reliability.h"

#include <algorithm>
#include <cmath>

namespace storyteller {
namespace {

void sort_rising(std::vector<Forecast>& forecasts) {
  std::ranges::stable_sort(forecasts, {}, &Forecast::probability);
}

}  // namespace

std::optional<double> auroc(const std::vector<Forecast>& forecasts) {
  std::vector<Forecast> sorted = forecasts;
  sort_rising(sorted);
  double wrong_below = 0, won = 0, right = 0;
  for (size_t begin = 0; begin < sorted.size();) {
    double tied_right = 0, tied_wrong = 0;
    size_t end = begin;
    for (; end < sorted.size() && sorted[end].probability == sorted[begin].probability; ++end) {
      (sorted[end].right ? tied_right : tied_wrong) += 1;
    }
    won += tied_right * (wrong_below + tied_wrong / 2);
    wrong_below += tied_wrong;
    right += tied_right;
    begin = end;
  }
  if (right == 0 || wrong_below == 0) return std::nullopt;
  return won / (right * wrong_below);
}

std::vector<ReliabilityBin> reliability(std::vector<Forecast> forecasts, std::size_t bins) {
  sort_rising(forecasts);
  bins = std::min(bins, forecasts.size());
  std::vector<ReliabilityBin> result(bins);
  for (size_t b = 0; b < bins; ++b) {
    const size_t begin = b * forecasts.size() / bins, end = (b + 1) * forecasts.size() / bins;
    ReliabilityBin& bin = result[b];
    bin.count = end - begin;
    for (size_t i = begin; i < end; ++i) {
      bin.said += forecasts[i].probability / static_cast<double>(bin.count);
      bin.right += (forecasts[i].right ? 1 : 0) / static_cast<double>(bin.count);
    }
  }
  return result;
}

double calibration_error(const std::vector<ReliabilityBin>& bins) {
  double sum = 0, count = 0;
  for (const ReliabilityBin& bin : bins) {
    sum += static_cast<double>(bin.count) * std::abs(bin.said - bin.right);
    count += static_cast<double>(bin.count);
  }
  return count > 0 ? sum / count : 0;
}

std::optional<double> sure_cut_off(std::vector<Forecast> forecasts, double precision,
                                   std::size_t least) {
  sort_rising(forecasts);
  std::optional<double> cut;
  size_t right = 0, count = 0;
  for (size_t i = forecasts.size(); i-- > 0;) {
    ++count;
    right += forecasts[i].right ? 1 : 0;
    // Equal probabilities are on one side.
    if (i > 0 && forecasts[i - 1].probability == forecasts[i].probability) continue;
    const bool holds = static_cast<double>(right) >= precision * static_cast<double>(count);
    if (holds && count >= least) cut = forecasts[i].probability;
  }
  return cut;
}

double unsure_cut_off(std::vector<Forecast> forecasts, double share) {
  sort_rising(forecasts);
  double cut = 0;
  size_t right = 0;
  for (size_t i = 0; i + 1 < forecasts.size(); ++i) {
    right += forecasts[i].right ? 1 : 0;
    if (forecasts[i + 1].probability == forecasts[i].probability) continue;
    if (static_cast<double>(right) <= share * static_cast<double>(i + 1)) {
      cut = forecasts[i + 1].probability;
    }
  }
  return cut;
}

std::optional<double> GradeTally::precision() const {
  if (captions == 0) return std::nullopt;
  return static_cast<double>(right) / static_cast<double>(captions);
}

void GradeTallies::add(Grade grade, bool is_right) {
  GradeTally& tally = grade == Grade::kSure ? sure : grade == Grade::kLikely ? likely : unsure;
  ++tally.captions;
  tally.right += is_right ? 1 : 0;
}

const GradeTally& GradeTallies::of(Grade grade) const {
  return grade == Grade::kSure ? sure : grade == Grade::kLikely ? likely : unsure;
}

}  // namespace storyteller
