#include "train/data/formats/json_records.h"

#include <cmath>
#include <cstdint>

#include <nlohmann/json.hpp>

#include "core/error.h"

namespace storyteller {

std::string RecordPlace::text() const {
  return file + (line == 0 ? "" : ":" + std::to_string(line)) +
         (element.empty() ? "" : ": " + element);
}

void RecordPlace::fail(const std::string& problem) const {
  throw InputError(text() + ": " + problem);
}

std::string id_member(const nlohmann::json& record, const char* key, const RecordPlace& place) {
  constexpr double kExact = 9007199254740992;  // 2^53
  const auto member = record.find(key);
  if (member == record.end()) place.fail("no \"" + std::string(key) + "\" in the object");
  if (member->is_number_integer()) return member->dump();
  if (member->is_number_float()) {
    const auto value = member->get<double>();
    if (std::abs(value) < kExact && value == std::trunc(value)) {
      return std::to_string(static_cast<int64_t>(value));
    }
  }
  if (!member->is_string() || member->get_ref<const std::string&>().empty()) {
    place.fail("\"" + std::string(key) + "\" is " +
               (member->is_number() || member->is_string()
                    ? member->dump(-1, ' ', true, nlohmann::json::error_handler_t::replace)
                    : "a JSON " + std::string(member->type_name())) +
               "; expected a whole number or a name");
  }
  auto text = member->get<std::string>();
  if (text.find_first_not_of("0123456789") != std::string::npos) return text;
  const size_t zeros = text.find_first_not_of('0');
  return zeros == std::string::npos ? "0" : text.substr(zeros);
}

}  // namespace storyteller
