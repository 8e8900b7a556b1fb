#pragma once

#include <string>

namespace storyteller {

/// `json`, a nlohmann::json or ordered_json, in one line with its end. JSON holds Unicode alone: of
/// what is not UTF-8 U+FFFD stands there (names are set with set_name, which keeps them whole).
template <class Json>
std::string json_line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

/// The same as a document that people read too: indented by a blank.
template <class Json>
std::string json_document(const Json& json) {
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace storyteller
