#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/confidence/confidence.h"
#include "train/confidence/reliability.h"

namespace storyteller {

/// A caption of a picture that people described, too.
struct JudgedCaption {
  Signals signals;
  bool right = false;  ///< at least two descriptions name its subject; one of fewer than three
};

/// What a calibration is fitted to.
struct CalibrationData {
  std::vector<JudgedCaption> own;        ///< pictures like those that the model is for
  std::vector<JudgedCaption> elsewhere;  ///< pictures of another kind; may be empty
  std::vector<Signals> none;             ///< of what is no photograph
};

/// What a calibration promises.
struct CalibrationOptions {
  double sure_precision = 0.95;  ///< of the captions that are sure this share is right at least
  double unsure_share = 0.6;     ///< and of those that are unsure this share at most
  /// Pictures from elsewhere count together for this share of one's own in the fit.
  double elsewhere_share = 0.15;
  std::uint64_t seed = 1;
};

/// How good a calibration is, on pictures that it was not fitted to: five parts take turns in being
/// left out, which is done five times.
struct CalibrationReport {
  struct Part {
    std::size_t pictures = 0;
    double right = 0;              ///< share of the captions
    double confidence = 0;         ///< mean
    std::optional<double> auroc;   ///< right against wrong captions; null without one of each
    double calibration_error = 0;  ///< ten bins of equal mass
    std::vector<ReliabilityBin> bins;
    GradeTallies grades;
    double no_photograph = 0;  ///< share of the pictures that do not look like photographs
  };
  Part own;
  std::optional<Part> elsewhere;
  struct Signal {
    std::string name;
    std::optional<double> subject;  ///< AUROC right against wrong, of one's own pictures
    std::optional<double> photo;    ///< AUROC of photographs against none; below 1/2: less is more
  };
  std::vector<Signal> signals;  ///< each alone
  std::size_t none = 0;
  double none_flagged = 0;  ///< share of what is none that looks like none
  std::optional<double> photo_auroc;
};

/// A calibration: the values that a model file keeps, but for names of data, and how good they are.
struct Calibration {
  ConfidenceValues values;
  CalibrationReport report;
};

/// Fewer pictures of one's own than this are refused.
inline constexpr std::size_t kLeastPictures = 200;

/// Fits. Throws InputError where there are fewer than kLeastPictures of one's own, all of their
/// captions are right or all wrong, or there is nothing that is no photograph.
Calibration calibrate(const CalibrationData& data, const CalibrationOptions& options = {});

}  // namespace storyteller
