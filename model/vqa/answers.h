#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/text/string_hash.h"

namespace storyteller {

/// The answers that a model can give, by number.
class Answers {
 public:
  Answers() = default;
  /// Throws ModelError where one is empty or stands there twice.
  explicit Answers(std::vector<std::string> texts);

  int64_t size() const { return static_cast<int64_t>(texts_.size()); }
  const std::vector<std::string>& texts() const { return texts_; }
  /// Throws InternalError for a number outside [0, size()).
  const std::string& text(int64_t answer) const;
  /// -1 for what is not known.
  int32_t id(std::string_view text) const;

 private:
  std::vector<std::string> texts_;
  std::unordered_map<std::string, int32_t, StringHash, std::equal_to<>> ids_;
};

/// As model files keep them; throws ModelError naming `file`.
std::string to_json(const Answers& answers);
Answers answers_from_json(const std::string& json, const std::string& file);

}  // namespace storyteller
