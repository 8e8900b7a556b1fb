#include "model/vqa/answer_confidence.h"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "core/error.h"

namespace storyteller {

double AnswerConfidence::confidence(double probability) const {
  constexpr double kLeast = 1e-6;
  const double p = std::clamp(probability, kLeast, 1 - kLeast);
  return 1 / (1 + std::exp(-(weight * std::log(p / (1 - p)) + bias)));
}

Grade AnswerConfidence::grade(double confidence) const {
  if (sure && confidence >= *sure) return Grade::kSure;
  return confidence >= likely ? Grade::kLikely : Grade::kUnsure;
}

std::string to_json(const AnswerConfidence& confidence) {
  const auto& fitted = confidence.fitted;
  const nlohmann::ordered_json json = {
      {"weight", confidence.weight},
      {"bias", confidence.bias},
      {"sure", confidence.sure ? nlohmann::ordered_json(*confidence.sure) : nullptr},
      {"likely", confidence.likely},
      {"fitted",
       {{"data", fitted.data},
        {"split", fitted.split},
        {"questions", fitted.questions},
        {"right", fitted.right},
        {"auroc", fitted.auroc},
        {"ece", fitted.error}}}};
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::optional<AnswerConfidence> answer_confidence_of(const SafetensorsFile& file) {
  const auto found = file.metadata().find(kAnswerConfidenceKey);
  if (found == file.metadata().end()) return std::nullopt;
  try {
    const auto json = nlohmann::json::parse(found->second);
    AnswerConfidence confidence;
    json.at("weight").get_to(confidence.weight);
    json.at("bias").get_to(confidence.bias);
    if (!json.at("sure").is_null()) confidence.sure = json.at("sure").get<double>();
    json.at("likely").get_to(confidence.likely);
    const auto& fitted = json.at("fitted");
    confidence.fitted = {.data = fitted.at("data").get<std::string>(),
                         .split = fitted.at("split").get<std::string>(),
                         .questions = fitted.at("questions").get<size_t>(),
                         .right = fitted.at("right").get<double>(),
                         .auroc = fitted.at("auroc").get<double>(),
                         .error = fitted.at("ece").get<double>()};
    return confidence;
  } catch (const nlohmann::json::exception&) {
    throw ModelError(file.file() + ": its calibration (" + kAnswerConfidenceKey +
                     ") is damaged; run storyteller calibrate again");
  }
}

}  // namespace storyteller
