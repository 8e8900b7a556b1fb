#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/text/base64.h"
#include "core/text/utf8.h"

namespace storyteller {

/// Sets `json[key]`, of a nlohmann::json or ordered_json, to the name of a file or a picture. JSON
/// holds Unicode alone, names are bytes: one that is not UTF-8 stands there with U+FFFD in place of
/// what is not, to be read by people, and whole in base64 under `key` + "_bytes".
template <class Json>
void set_name(Json& json, const std::string& key, std::string_view name) {
  json[key] = replace_invalid_utf8(name);
  if (!is_utf8(name)) json[key + "_bytes"] = base64(name);
}

/// The name that set_name set; nothing where `json`, an object, has none under `key`. Other
/// programs' `key` + "_bytes", a picture for example, are not taken for those of the name.
template <class Json>
std::optional<std::string> name_in(const Json& json, const std::string& key) {
  std::optional<std::string> name;
  if (const auto text = json.find(key); text != json.end() && text->is_string()) {
    name = text->template get<std::string>();
  }
  if (const auto bytes = json.find(key + "_bytes"); bytes != json.end() && bytes->is_string()) {
    auto whole = decode_base64(bytes->template get<std::string>());
    if (whole && (!name || replace_invalid_utf8(*whole) == *name)) return whole;
  }
  return name;
}

}  // namespace storyteller
