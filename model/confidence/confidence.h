#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/confidence/assessment.h"
#include "model/confidence/logistic.h"
#include "model/confidence/picture_memory.h"
#include "model/confidence/signals.h"

namespace storyteller {

/// What `storyteller calibrate` fitted, beside the memory. It holds for the weights that it was
/// fitted with alone: training and averaging drop it.
struct ConfidenceValues {
  Logistic caption;  ///< P(the subject is right | the picture is a photograph)
  Logistic photo;    ///< P(the picture is a photograph)
  struct CutOffs {
    /// Confidence from which on the grade is kSure, and kLikely. Null: no caption is sure.
    std::optional<double> sure;
    double likely = 0;
    /// The least `domain` of kSure, and of kLikely.
    double sure_domain = 0.3, likely_domain = 0.02;
  } cut_offs;
  /// Likeness of the calibration's pictures at equally spaced quantiles, from 0 to 1; at least two.
  std::vector<double> domain;
  /// Where it comes from, and how good it is.
  struct Fitted {
    std::string data, split;
    std::string elsewhere;  ///< "": without
    std::size_t pictures = 0;
    double base_rate = 0;  ///< share of the captions whose subject is right
    double auroc = 0, ece = 0;
    std::uint64_t seed = 0;
  } fitted;
};

/// How sure a model may be of what it says about a picture: a function of the picture's features,
/// the caption, and pictures that people described. Const, and safe to use by several threads.
class Confidence {
 public:
  Confidence(ConfidenceValues values, PictureMemory memory);

  /// `features` (regions,width) of the picture; `words` of the caption.
  Assessment assess(std::span<const float> features, const Caption& caption,
                    std::span<const std::string> words) const;
  /// The same of signals that are known, but for their remoteness.
  Assessment assess(const Signals& signals) const;

  const ConfidenceValues& values() const { return values_; }
  const PictureMemory& memory() const { return memory_; }

 private:
  ConfidenceValues values_;
  PictureMemory memory_;
};

/// What a caption and the features (regions,width) of its picture tell beside a memory of pictures
/// of that width; no remoteness.
Signals signals_of(const PictureMemory& memory, std::span<const float> features,
                   const Caption& caption, std::span<const std::string> words);

/// By how much `likeness` falls short of the tenth percentile of the pictures of which `quantiles`
/// are those; 0 where it does not.
double remoteness_of(double likeness, std::span<const double> quantiles);

/// The share of pictures whose likeness is below `likeness`, of which `quantiles` are those at
/// equally spaced shares; in [0, 1].
double quantile_of(double likeness, std::span<const double> quantiles);

/// The grade of an assessment that has its numbers.
Grade grade_of(double confidence, double photo, double domain,
               const ConfidenceValues::CutOffs& cut_offs);

/// The values that a logistic asks for. Throws ModelError where it asks for a signal that is not
/// known: it is from a later version.
std::vector<double> values_for(const Logistic& logistic, const Signals& signals);

}  // namespace storyteller
