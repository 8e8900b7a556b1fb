#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "train/rating/bootstrap.h"
#include "train/rating/image_scores.h"
#include "train/rating/rating_sheet.h"
#include "train/rating/ratings.h"

namespace storyteller {

/// An estimate with its 95 % bootstrap interval over images; NaN: not defined by these ratings.
struct Estimate {
  double value = 0;
  Interval interval = {};
};

/// What all raters say on one scale. Duplicates count for nothing here: each caption once.
struct ScaleAnalysis {
  struct System {
    std::string name;
    size_t captions = 0;  ///< rated by anyone
    size_t ratings = 0;   ///< of all raters
    Estimate mean = {};   ///< over captions, of the mean over raters
    /// Log strength in the Bradley-Terry model of the preferences that ratings imply: of two
    /// systems that one rater rated on one image the higher wins, equal ratings are half a win
    /// each. A tie is added to every pair of systems, so that strengths are finite.
    Estimate strength = {};
  };
  struct RaterPair {
    std::string a, b;
    size_t captions = 0;               ///< rated by both
    double linear = 0, quadratic = 0;  ///< weighted kappa
  };
  struct SystemPair {
    std::string a, b;
    int64_t a_better = 0, b_better = 0, ties = 0;  ///< images, by the mean over raters
    double p = 1;                                  ///< sign test
    double p_adjusted = 1;                         ///< Holm, over all pairs of this scale
  };
  struct Metric {
    std::string name;
    size_t captions = 0;
    Estimate tau = {};  ///< Kendall's tau-b of metric and mean rating over all captions
  };
  std::string name;
  std::vector<System> systems = {};
  double alpha_nominal = 0, alpha_interval = 0;  ///< Krippendorff's
  Estimate alpha_ordinal = {};
  std::vector<RaterPair> rater_pairs = {};
  std::vector<SystemPair> system_pairs = {};
  std::vector<Metric> metrics = {};
};

/// How one person rated.
struct RaterAnalysis {
  std::string name;
  size_t rated = 0;           ///< items, duplicates included, with all scales
  double median_seconds = 0;  ///< per item; NaN: not known
  struct Scale {
    double mean = 0;        ///< of originals
    size_t duplicates = 0;  ///< rated both times
    double equal = 0;       ///< share of them with the same rating; NaN: none
    double difference = 0;  ///< mean absolute difference between the two
    double control = 0;     ///< mean of people's own captions
    double others = 0;      ///< mean of all other captions
  };
  std::vector<Scale> scales = {};  ///< as RatingSheet::scales
};

struct RatingAnalysis {
  std::vector<ScaleAnalysis> scales;
  std::vector<RaterAnalysis> raters;
};

struct RatingAnalysisOptions {
  int samples = 2000;  ///< of the bootstrap
  uint64_t seed = 1;
};

/// Everything that `storyteller rate analyse` prints. `metrics` maps names of systems to what
/// automatic metrics say of them; may be empty. A pure function of its arguments.
/// @throws UsageError if `metrics` names a system that the sheet does not have.
RatingAnalysis analyse_ratings(const RatingSheet& sheet, const std::vector<Ratings>& ratings,
                               const std::map<std::string, ImageScores>& metrics,
                               const RatingAnalysisOptions& options);

}  // namespace storyteller
