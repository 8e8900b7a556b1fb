#pragma once

#include <vector>

#include "model/vqa/answer_confidence.h"
#include "train/data/dataset.h"
#include "train/vqa/answering.h"

namespace storyteller {

/// Which shares of right answers the grades promise.
struct AnswerGrades {
  double sure = 0.95;    ///< of "sure", at least
  double unsure = 0.60;  ///< of "unsure", at most
};

/// Fits how sure a model may be to what it answered to the questions of a split, an answer being
/// right where at least half of the agreement is reached (answer_accuracy). AUROC and calibration
/// error are those of fits to the halves of the questions, each told on the other half. Throws
/// InputError with fewer than 200 questions, and where all answers are right or all wrong.
AnswerConfidence calibrate_answers(const Dataset& dataset, const Answers& answers,
                                   const std::vector<GivenAnswer>& given,
                                   const AnswerGrades& grades = {});

}  // namespace storyteller
