#include "train/rating/scale_statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

#include "train/rating/kendall_tau.h"

namespace storyteller {
namespace {

constexpr double kAbsent = std::numeric_limits<double>::quiet_NaN();
constexpr double kPriorTies = 1;  // per pair of systems, so that strengths are always finite

/// Adds what one rater's ratings of one image (NaN: none) imply about pairs of systems.
void add_preferences(const std::vector<double>& by_system, WinMatrix* wins) {
  for (size_t a = 0; a < by_system.size(); ++a) {
    for (size_t b = 0; b < by_system.size(); ++b) {
      if (a == b || std::isnan(by_system[a]) || std::isnan(by_system[b])) continue;
      (*wins)[a][b] += by_system[a] > by_system[b] ? 1 : by_system[a] == by_system[b] ? 0.5 : 0;
    }
  }
}

}  // namespace

std::vector<RatedMetric> metric_columns(const RatingSheet& sheet,
                                        const std::map<std::string, ImageScores>& metrics) {
  std::vector<RatedMetric> columns;
  for (size_t s = 0; s < sheet.systems.size(); ++s) {
    const auto scores = metrics.find(sheet.systems[s]);
    if (scores == metrics.end()) continue;
    for (size_t m = 0; m < scores->second.metrics.size(); ++m) {
      const std::string& name = scores->second.metrics[m];
      auto column = std::find_if(columns.begin(), columns.end(),
                                 [&](const RatedMetric& known) { return known.name == name; });
      if (column == columns.end()) {
        column = columns.insert(columns.end(), RatedMetric{.name = name, .values = {}});
        column->values.resize(sheet.systems.size());
      }
      for (const auto& [image, row] : scores->second.values) {
        if (std::isfinite(row[m])) column->values[s][image] = row[m];
      }
    }
  }
  return columns;
}

ScaleData::ScaleData(const RatingSheet& sheet, const std::vector<Ratings>& ratings, size_t scale,
                     const std::vector<RatedMetric>& metrics)
    : systems_(sheet.systems.size()), raters_(ratings.size()), ratings_(systems_, 0) {
  for (const RatedMetric& metric : metrics) metrics_.push_back(metric.name);
  std::unordered_map<std::string, size_t> index;
  std::vector<std::vector<std::vector<double>>> by_rater;  // [image][rater][system]
  for (size_t item = 0; item < sheet.items.size(); ++item) {
    const RatingItem& shown = sheet.items[item];
    if (shown.duplicate_of) continue;
    const auto [at, is_new] = index.emplace(shown.image, images.size());
    if (is_new) {
      Image image{.means = std::vector<double>(systems_, kAbsent),
                  .wins = WinMatrix(systems_, std::vector<double>(systems_, 0.0)),
                  .captions = {},
                  .metrics = {}};
      for (size_t s = 0; s < systems_; ++s) {
        auto& row = image.metrics.emplace_back();
        for (const RatedMetric& metric : metrics) {
          const auto value = metric.values[s].find(shown.image);
          row.push_back(value == metric.values[s].end() ? kAbsent : value->second);
        }
      }
      images.push_back(std::move(image));
      by_rater.emplace_back(raters_, std::vector<double>(systems_, kAbsent));
    }
    Image& image = images[at->second];
    auto& caption = image.captions.emplace_back(raters_, std::nullopt);
    double sum = 0;
    size_t count = 0;
    for (size_t r = 0; r < raters_; ++r) {
      const std::optional<int> score = ratings[r].scores[scale][item];
      if (!score) continue;
      caption[r] = *score;
      sum += *score;
      ++count;
      for (const size_t s : shown.systems) by_rater[at->second][r][s] = *score;
    }
    if (count == 0) continue;
    for (const size_t s : shown.systems) {
      image.means[s] = sum / static_cast<double>(count);
      ratings_[s] += count;
    }
  }
  for (size_t i = 0; i < images.size(); ++i) {
    for (const auto& row : by_rater[i]) add_preferences(row, &images[i].wins);
  }
}

double ScaleData::mean(std::span<const size_t> sample, size_t system) const {
  double sum = 0;
  size_t count = 0;
  for (const size_t i : sample) {
    if (std::isnan(images[i].means[system])) continue;
    sum += images[i].means[system];
    ++count;
  }
  return count == 0 ? kAbsent : sum / static_cast<double>(count);
}

std::vector<double> ScaleData::strengths(std::span<const size_t> sample) const {
  WinMatrix wins(systems_, std::vector<double>(systems_, 0.0));
  for (const size_t i : sample) {
    for (size_t a = 0; a < systems_; ++a) {
      for (size_t b = 0; b < systems_; ++b) wins[a][b] += images[i].wins[a][b];
    }
  }
  std::vector<double> strengths = fit_bradley_terry(wins, kPriorTies).log_strengths;
  for (size_t a = 0; a < systems_; ++a) {
    double comparisons = 0;
    for (size_t b = 0; b < systems_; ++b) comparisons += wins[a][b] + wins[b][a];
    if (comparisons == 0) strengths[a] = kAbsent;
  }
  return strengths;
}

double ScaleData::alpha(std::span<const size_t> sample, Measurement measurement) const {
  RatingMatrix matrix(raters_);
  for (const size_t i : sample) {
    for (const auto& caption : images[i].captions) {
      for (size_t r = 0; r < raters_; ++r) matrix[r].push_back(caption[r]);
    }
  }
  return krippendorff_alpha(matrix, measurement);
}

double ScaleData::tau(std::span<const size_t> sample, size_t metric) const {
  std::vector<double> human, automatic;
  for (const size_t i : sample) {
    for (size_t s = 0; s < systems_; ++s) {
      const double rating = images[i].means[s], value = images[i].metrics[s][metric];
      if (std::isnan(rating) || std::isnan(value)) continue;
      human.push_back(rating);
      automatic.push_back(value);
    }
  }
  return kendall_tau_b(automatic, human);
}

std::vector<double> ScaleData::statistics(std::span<const size_t> sample) const {
  std::vector<double> values;
  for (size_t s = 0; s < systems_; ++s) values.push_back(mean(sample, s));
  const std::vector<double> log_strengths = strengths(sample);
  values.insert(values.end(), log_strengths.begin(), log_strengths.end());
  values.push_back(alpha(sample, Measurement::kOrdinal));
  for (size_t m = 0; m < metrics_.size(); ++m) values.push_back(tau(sample, m));
  return values;
}

size_t ScaleData::captions(size_t system) const {
  return static_cast<size_t>(std::count_if(images.begin(), images.end(), [&](const Image& image) {
    return !std::isnan(image.means[system]);
  }));
}

size_t ScaleData::captions_with(const RatedMetric& metric) const {
  const auto column = static_cast<size_t>(std::find(metrics_.begin(), metrics_.end(), metric.name) -
                                          metrics_.begin());
  size_t count = 0;
  for (const Image& image : images) {
    for (size_t s = 0; s < systems_; ++s) {
      count += !std::isnan(image.means[s]) && !std::isnan(image.metrics[s][column]) ? 1 : 0;
    }
  }
  return count;
}

}  // namespace storyteller
