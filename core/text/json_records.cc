#include "core/text/json_records.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/utf8.h"

namespace storyteller {

std::string RecordPlace::text() const {
  return file + (line == 0 ? "" : ":" + std::to_string(line)) +
         (element.empty() ? "" : ": " + element);
}

void RecordPlace::fail(const std::string& problem) const {
  throw InputError(text() + ": " + problem);
}

std::string json_problem(const std::exception& error, std::string_view text) {
  const std::string_view said = error.what();
  const std::string cause = printable(said.substr(std::min(said.size(), said.find("] ") + 2)), 300);
  return is_utf8(text) ? cause
                       : cause + "; JSON is UTF-8, convert the file with iconv -f cp1252 -t utf-8";
}

std::optional<std::string> whole_number(const nlohmann::json& value) {
  constexpr double kExact = 9007199254740992;  // 2^53
  if (value.is_number_integer()) return value.dump();
  if (!value.is_number_float()) return std::nullopt;
  const auto number = value.get<double>();
  if (std::abs(number) >= kExact || number != std::trunc(number)) return std::nullopt;
  return std::to_string(static_cast<int64_t>(number));
}

std::string id_member(const nlohmann::json& record, const char* key, const RecordPlace& place) {
  const auto member = record.find(key);
  if (member == record.end()) place.fail("no \"" + std::string(key) + "\" in the object");
  if (auto whole = whole_number(*member)) return *std::move(whole);
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
