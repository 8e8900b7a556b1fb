#include "train/rating/rating_analysis.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/did_you_mean.h"
#include "core/error.h"
#include "train/rating/rater_consistency.h"
#include "train/rating/scale_statistics.h"
#include "train/rating/sign_test.h"
#include "train/rating/weighted_kappa.h"

namespace storyteller {
namespace {

std::vector<ScaleAnalysis::RaterPair> compare_raters(const RatingSheet& sheet,
                                                     const std::vector<Ratings>& ratings,
                                                     size_t scale) {
  std::vector<ScaleAnalysis::RaterPair> pairs;
  for (size_t a = 0; a < ratings.size(); ++a) {
    for (size_t b = a + 1; b < ratings.size(); ++b) {
      std::vector<int> of_a, of_b;
      for (size_t item = 0; item < sheet.items.size(); ++item) {
        const auto &x = ratings[a].scores[scale][item], &y = ratings[b].scores[scale][item];
        if (sheet.items[item].duplicate_of || !x || !y) continue;
        of_a.push_back(*x);
        of_b.push_back(*y);
      }
      pairs.push_back({.a = ratings[a].rater,
                       .b = ratings[b].rater,
                       .captions = of_a.size(),
                       .linear = weighted_kappa(of_a, of_b, linear_weight),
                       .quadratic = weighted_kappa(of_a, of_b, quadratic_weight)});
    }
  }
  return pairs;
}

std::vector<ScaleAnalysis::SystemPair> compare_systems(const RatingSheet& sheet,
                                                       const ScaleData& data) {
  std::vector<ScaleAnalysis::SystemPair> pairs;
  std::vector<double> p;
  for (size_t a = 0; a < sheet.systems.size(); ++a) {
    for (size_t b = a + 1; b < sheet.systems.size(); ++b) {
      ScaleAnalysis::SystemPair pair{.a = sheet.systems[a], .b = sheet.systems[b]};
      for (const ScaleData::Image& image : data.images) {
        const double difference = image.means[a] - image.means[b];
        if (std::isnan(difference)) continue;
        ++(difference > 0 ? pair.a_better : difference < 0 ? pair.b_better : pair.ties);
      }
      pair.p = sign_test(pair.a_better, pair.b_better);
      p.push_back(pair.p);
      pairs.push_back(std::move(pair));
    }
  }
  const std::vector<double> adjusted = holm_adjusted(p);
  for (size_t i = 0; i < pairs.size(); ++i) pairs[i].p_adjusted = adjusted[i];
  return pairs;
}

ScaleAnalysis analyse_scale(const RatingSheet& sheet, const std::vector<Ratings>& ratings,
                            const std::vector<RatedMetric>& metrics, size_t scale,
                            const RatingAnalysisOptions& options) {
  const ScaleData data(sheet, ratings, scale, metrics);
  std::vector<size_t> all(data.images.size());
  std::iota(all.begin(), all.end(), size_t{0});
  const std::vector<double> values = data.statistics(all);
  const auto intervals = bootstrap_intervals(
      all.size(), [&](std::span<const size_t> images) { return data.statistics(images); },
      options.samples, options.seed);
  size_t next = 0;
  const auto take = [&] {
    const Estimate estimate{values[next], intervals[next]};
    ++next;
    return estimate;
  };
  ScaleAnalysis analysis{.name = sheet.scales[scale]};
  for (size_t s = 0; s < sheet.systems.size(); ++s) {
    ScaleAnalysis::System system{.name = sheet.systems[s]};
    system.captions = data.captions(s);
    system.ratings = data.ratings(s);
    analysis.systems.push_back(std::move(system));
  }
  // In the order of ScaleData::statistics().
  for (auto& system : analysis.systems) system.mean = take();
  for (auto& system : analysis.systems) system.strength = take();
  analysis.alpha_ordinal = take();
  for (const RatedMetric& metric : metrics) {
    analysis.metrics.push_back(
        {.name = metric.name, .captions = data.captions_with(metric), .tau = take()});
  }
  analysis.alpha_nominal = data.alpha(all, Measurement::kNominal);
  analysis.alpha_interval = data.alpha(all, Measurement::kInterval);
  analysis.rater_pairs = compare_raters(sheet, ratings, scale);
  analysis.system_pairs = compare_systems(sheet, data);
  return analysis;
}

}  // namespace

RatingAnalysis analyse_ratings(const RatingSheet& sheet, const std::vector<Ratings>& ratings,
                               const std::map<std::string, ImageScores>& metrics,
                               const RatingAnalysisOptions& options) {
  for (const auto& [system, scores] : metrics) {
    if (std::find(sheet.systems.begin(), sheet.systems.end(), system) == sheet.systems.end()) {
      throw UsageError("metrics of '" + system + "', a system that the sheet does not have" +
                       did_you_mean(system, sheet.systems));
    }
  }
  const std::vector<RatedMetric> columns = metric_columns(sheet, metrics);
  RatingAnalysis analysis;
  for (size_t scale = 0; scale < sheet.scales.size(); ++scale) {
    analysis.scales.push_back(analyse_scale(sheet, ratings, columns, scale, options));
  }
  for (const Ratings& rater : ratings) {
    analysis.raters.push_back(analyse_rater(sheet, rater));
  }
  return analysis;
}

}  // namespace storyteller
