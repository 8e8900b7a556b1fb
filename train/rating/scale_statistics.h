#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "train/rating/bradley_terry.h"
#include "train/rating/image_scores.h"
#include "train/rating/krippendorff_alpha.h"
#include "train/rating/rating_sheet.h"
#include "train/rating/ratings.h"

namespace storyteller {

/// One automatic metric over all systems that have it.
struct RatedMetric {
  std::string name;
  std::vector<std::map<std::string, double>> values;  ///< [system]: image id -> value
};

/// The metrics of all systems by name, in the order in which they are met.
std::vector<RatedMetric> metric_columns(const RatingSheet& sheet,
                                        const std::map<std::string, ImageScores>& metrics);

/// All ratings of one scale, gathered by image, so that every statistic of any sample of images is
/// a sum over them.
class ScaleData {
 public:
  struct Image {
    std::vector<double> means;  ///< [system] mean over raters; NaN: nobody rated it
    WinMatrix wins;             ///< [system][system] preferences of all raters; ties are half
    /// [caption][rater]; distinct captions, no duplicates.
    std::vector<std::vector<std::optional<double>>> captions;
    std::vector<std::vector<double>> metrics;  ///< [system][metric]; NaN: not known
  };
  std::vector<Image> images;

  ScaleData(const RatingSheet& sheet, const std::vector<Ratings>& ratings, size_t scale,
            const std::vector<RatedMetric>& metrics);

  /// Of a sample of images (indices, with repetitions): the mean of each system, its log strength,
  /// alpha (ordinal), and tau of each metric.
  std::vector<double> statistics(std::span<const size_t> sample) const;
  double alpha(std::span<const size_t> sample, Measurement measurement) const;

  size_t captions(size_t system) const;  ///< images on which anyone rated the system
  size_t ratings(size_t system) const { return ratings_[system]; }
  size_t captions_with(const RatedMetric& metric) const;  ///< rated, and the metric knows them

 private:
  double mean(std::span<const size_t> sample, size_t system) const;
  std::vector<double> strengths(std::span<const size_t> sample) const;
  double tau(std::span<const size_t> sample, size_t metric) const;

  size_t systems_, raters_;
  std::vector<std::string> metrics_;
  std::vector<size_t> ratings_;  // [system]
};

}  // namespace storyteller
