#include "tools/apps/serve/json_body.h"

#include <cmath>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/system/printable.h"
#include "tools/apps/serve/limits.h"
#include "tools/apps/serve/problem.h"

namespace storyteller::serve {

using nlohmann::json;

namespace {

Problem bad_json(const std::string& why) {
  return {400, "bad_json", "the body is not the JSON that is wanted: " + why};
}

/// Where the string ends that begins at a quotation mark: at one behind no backslash or behind two.
std::size_t end_of_string(std::string_view text, std::size_t begin) {
  for (std::size_t at = text.find('"', begin + 1); at != std::string_view::npos;
       at = text.find('"', at + 1)) {
    std::size_t slashes = 0;
    while (text[at - 1 - slashes] == '\\') ++slashes;
    if (slashes % 2 == 0) return at;
  }
  return std::string_view::npos;
}

}  // namespace

void check_json_text(std::string_view text) {
  int depth = 0;
  std::size_t values = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    switch (text[at]) {
      case '"':
        at = end_of_string(text, at);
        if (at == std::string_view::npos) return;  // the parser says what is wrong with it
        break;
      case '[':
      case '{':
        ++values;
        if (++depth > kMaxJsonDepth) throw bad_json("it is nested too deep");
        break;
      case ']':
      case '}':
        --depth;
        break;
      case ',':
        ++values;
        break;
      default:
        break;
    }
    if (values > kMaxJsonValues) throw bad_json("it has too many values");
  }
}

json json_object(std::string body) {
  check_json_text(body);
  json object = json::parse(body, nullptr, /*allow_exceptions=*/false);
  body = std::string();
  if (object.is_discarded()) throw bad_json("it does not parse");
  if (!object.is_object()) throw bad_json("it is no object");
  return object;
}

json take(json& object, const std::string& name) {
  const auto found = object.find(name);
  if (found == object.end()) return nullptr;
  json value = std::move(*found);
  object.erase(found);
  return value;
}

std::optional<std::string> take_text(json& object, const std::string& name) {
  json value = take(object, name);
  if (value.is_null()) return std::nullopt;
  if (!value.is_string()) throw bad_value(name, "a text");
  return std::move(value.get_ref<std::string&>());
}

std::optional<bool> take_bool(json& object, const std::string& name) {
  const json value = take(object, name);
  if (value.is_null()) return std::nullopt;
  if (!value.is_boolean()) throw bad_value(name, "true or false");
  return value.get<bool>();
}

std::optional<double> take_number(json& object, const std::string& name, double least,
                                  double most) {
  const json value = take(object, name);
  if (value.is_null()) return std::nullopt;
  const double number = value.is_number() ? value.get<double>() : std::nan("");
  if (!(number >= least && number <= most)) {
    throw bad_value(name, "a number from " + json(least).dump() + " to " + json(most).dump());
  }
  return number;
}

std::optional<int> take_integer(json& object, const std::string& name, int least, int most) {
  const auto number = take_number(object, name, least, most);
  if (!number) return std::nullopt;
  if (*number != std::floor(*number)) throw bad_value(name, "a whole number");
  return static_cast<int>(*number);
}

std::vector<std::string> names_left(const json& object, const std::string& prefix) {
  constexpr std::size_t kMost = 16, kLongest = 60;
  std::vector<std::string> names;
  for (const auto& [name, value] : object.items()) {
    if (names.size() == kMost) break;
    if (!value.is_null()) names.push_back(prefix + printable(name, kLongest));
  }
  return names;
}

}  // namespace storyteller::serve
