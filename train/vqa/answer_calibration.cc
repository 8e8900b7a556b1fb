#include "train/vqa/answer_calibration.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "core/error.h"
#include "train/confidence/logistic_fit.h"
#include "train/confidence/reliability.h"
#include "train/vqa/answer_targets.h"

namespace storyteller {
namespace {

constexpr size_t kFewestQuestions = 200;
/// Answers that a grade is judged by, at least.
constexpr size_t kFewestSure = 20;

/// The answers that were given, and whether they are right.
std::vector<Forecast> forecasts_of(const Dataset& dataset, const Answers& answers,
                                   const std::vector<GivenAnswer>& given) {
  std::vector<Forecast> forecasts;
  size_t number = 0;
  for (size_t i = 0; i < dataset.size(); ++i) {
    for (const PictureQuestion& question : dataset.questions(i)) {
      const GivenAnswer& each = given[number++];
      if (each.answer < 0) continue;
      forecasts.push_back(
          {.probability = each.probability,
           .right = answer_accuracy(question.asked, answers.text(each.answer)) >= 0.5});
    }
  }
  return forecasts;
}

double log_odds(double probability) {
  // AnswerConfidence with weight 1 and bias 0 clamps as it does when it is used.
  const double p = AnswerConfidence{}.confidence(probability);
  return std::log(p / (1 - p));
}

bool has_both(const std::vector<Forecast>& forecasts) {
  bool right = false, wrong = false;
  for (const Forecast& each : forecasts) (each.right ? right : wrong) = true;
  return right && wrong;
}

/// Weight and bias alone.
AnswerConfidence fit(const std::vector<Forecast>& forecasts) {
  LabelledSignals signals;
  for (const Forecast& each : forecasts) {
    signals.values.push_back({log_odds(each.probability)});
    signals.labels.push_back(each.right);
  }
  const Logistic fitted = fit_logistic({"log_odds"}, signals);
  const Logistic::Term& term = fitted.terms.front();
  AnswerConfidence confidence;
  confidence.weight = term.weight / term.spread;
  confidence.bias = fitted.bias - confidence.weight * term.mean;
  return confidence;
}

std::vector<Forecast> told_by(const AnswerConfidence& confidence, std::vector<Forecast> forecasts) {
  for (Forecast& each : forecasts) each.probability = confidence.confidence(each.probability);
  return forecasts;
}

/// What fits to the halves tell of the halves that they did not see.
std::vector<Forecast> crossed(const std::vector<Forecast>& forecasts) {
  const auto middle = forecasts.begin() + std::ssize(forecasts) / 2;
  const std::vector<Forecast> first(forecasts.begin(), middle), second(middle, forecasts.end());
  if (!has_both(first) || !has_both(second)) return told_by(fit(forecasts), forecasts);
  std::vector<Forecast> told = told_by(fit(second), first);
  for (const Forecast& each : told_by(fit(first), second)) told.push_back(each);
  return told;
}

}  // namespace

AnswerConfidence calibrate_answers(const Dataset& dataset, const Answers& answers,
                                   const std::vector<GivenAnswer>& given,
                                   const AnswerGrades& grades) {
  const std::vector<Forecast> forecasts = forecasts_of(dataset, answers, given);
  if (forecasts.size() < kFewestQuestions) {
    throw InputError("calibration needs at least " + std::to_string(kFewestQuestions) +
                     " questions and there are " + std::to_string(forecasts.size()) +
                     "; give more data");
  }
  if (!has_both(forecasts)) {
    throw InputError(
        "all answers are right, or all are wrong: nothing tells them apart; give other questions");
  }
  AnswerConfidence confidence = fit(forecasts);
  const std::vector<Forecast> told = crossed(forecasts);
  confidence.sure = sure_cut_off(told, grades.sure, kFewestSure);
  confidence.likely = unsure_cut_off(told, grades.unsure);
  if (confidence.sure) confidence.sure = std::max(*confidence.sure, confidence.likely);
  size_t right = 0;
  for (const Forecast& each : forecasts) right += each.right ? 1 : 0;
  confidence.fitted.questions = forecasts.size();
  confidence.fitted.right = static_cast<double>(right) / static_cast<double>(forecasts.size());
  confidence.fitted.auroc = auroc(told).value_or(0);
  confidence.fitted.error = calibration_error(reliability(told));
  return confidence;
}

}  // namespace storyteller
