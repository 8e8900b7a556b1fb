#pragma once

#include <cmath>
#include <optional>
#include <string>

#include "model/confidence/assessment.h"
#include "model/search/hypothesis.h"

namespace storyteller {

/// What a float is good for: four digits after the point, or six of a small number.
inline double rounded(double value) {
  double scale = 1e4;
  while (value != 0 && std::abs(value) * scale < 1e5 && scale < 1e30) scale *= 10;
  return std::round(value * scale) / scale;
}

// The keys of what is said about a picture, alike in all that the program writes as JSON. Json: a
// nlohmann::json or ordered_json.

/// `sentence`: the caption in words as the model says them.
template <class Json>
void set_caption(Json& json, const std::string& sentence, const Caption& caption) {
  json["caption"] = sentence;
  json["log_probability"] = rounded(caption.log_probability);
  json["score"] = rounded(caption.score);
}

/// `text` is the sentence for people, `model` the digits of the model's file; "": unknown.
template <class Json>
void set_assessment(Json& json, const std::string& text, const Assessment& assessment,
                    const std::string& model) {
  const auto number = [](const std::optional<double>& value) {
    return value ? Json(rounded(*value)) : Json(nullptr);
  };
  json["text"] = text;
  json["confidence"] = number(assessment.confidence);
  json["grade"] = name_of(assessment.grade);
  json["photo"] = number(assessment.photo);
  json["domain"] = number(assessment.domain);
  if (!model.empty()) json["model"] = model;
}

}  // namespace storyteller
