#pragma once

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

}  // namespace storyteller
