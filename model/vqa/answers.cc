#include "model/vqa/answers.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "core/error.h"

namespace storyteller {

Answers::Answers(std::vector<std::string> texts) : texts_(std::move(texts)) {
  for (const std::string& text : texts_) {
    if (text.empty() || !ids_.emplace(text, static_cast<int32_t>(ids_.size())).second) {
      throw ModelError("the answers of the model are damaged: '" + text +
                       "' is empty or stands there twice; use another copy of the file");
    }
  }
}

const std::string& Answers::text(int64_t answer) const {
  if (answer < 0 || answer >= size()) {
    throw InternalError("Answers: there is no answer " + std::to_string(answer));
  }
  return texts_[static_cast<size_t>(answer)];
}

int32_t Answers::id(std::string_view text) const {
  const auto found = ids_.find(text);
  return found == ids_.end() ? -1 : found->second;
}

std::string to_json(const Answers& answers) { return nlohmann::json(answers.texts()).dump(); }

Answers answers_from_json(const std::string& json, const std::string& file) {
  const auto parsed = nlohmann::json::parse(json, nullptr, false);
  std::vector<std::string> texts;
  for (const auto& text : parsed) {
    if (!parsed.is_array() || !text.is_string()) break;
    texts.push_back(text.get<std::string>());
  }
  if (!parsed.is_array() || texts.empty() || texts.size() != parsed.size()) {
    throw ModelError(file + ": its answers are damaged; use another copy of the file");
  }
  try {
    return Answers(std::move(texts));
  } catch (const ModelError& error) {
    throw ModelError(file + ": " + error.what());
  }
}

}  // namespace storyteller
