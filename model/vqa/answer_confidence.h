#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "core/serialization/safetensors.h"
#include "model/confidence/assessment.h"

namespace storyteller {

/// How sure a model may be of an answer, fitted on questions whose answers are known:
///   confidence = sigmoid(weight * log(p / (1 - p)) + bias)
/// of the probability p that the model gives to its answer.
struct AnswerConfidence {
  double weight = 1, bias = 0;
  std::optional<double> sure;  ///< least confidence that is "sure"; none: nothing is
  double likely = 0;           ///< least that is "likely"
  struct Fitted {
    std::string data, split;
    size_t questions = 0;
    double right = 0, auroc = 0, error = 0;  ///< share of right answers, of 1
  } fitted;

  /// Of a probability in [0,1].
  double confidence(double probability) const;
  Grade grade(double confidence) const;
};

/// Key of the metadata in which a model file keeps it, and its text.
inline constexpr const char* kAnswerConfidenceKey = "storyteller.answer_confidence";
std::string to_json(const AnswerConfidence& confidence);
/// Nothing where the model was not calibrated. Throws ModelError where it is damaged.
std::optional<AnswerConfidence> answer_confidence_of(const SafetensorsFile& file);

}  // namespace storyteller
