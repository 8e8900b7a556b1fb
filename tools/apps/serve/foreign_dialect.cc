#include "tools/apps/serve/foreign_dialect.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <sstream>

#include <nlohmann/json.hpp>

#include "tools/render/caption_json.h"

namespace storyteller::serve {

std::size_t words_in(const std::string& text) {
  std::istringstream in(text);
  std::size_t count = 0;
  for (std::string word; in >> word;) ++count;
  return count;
}

nlohmann::ordered_json remarks_on(const CaptionRequest& request, const PictureAnswer& answer) {
  nlohmann::ordered_json remarks;
  if (request.prompt_words > 0) remarks["prompt_ignored"] = true;
  if (!request.ignored.empty()) remarks["ignored"] = request.ignored;
  set_caption(remarks, answer.sentence, answer.caption);
  set_assessment(remarks, answer.text, answer.assessment, "");
  return remarks;
}

std::int64_t nanoseconds_now() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

std::string timestamp(std::int64_t nanoseconds) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  const std::time_t seconds = nanoseconds / kSecond;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 64> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  std::snprintf(text.data() + length, text.size() - length, ".%09ldZ",
                static_cast<long>(nanoseconds % kSecond));
  return text.data();
}

const char* end_of(const PictureAnswer& answer) {
  return answer.caption.finished ? "stop" : "length";
}

}  // namespace storyteller::serve
