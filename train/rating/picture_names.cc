#include "train/rating/picture_names.h"

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/system/printable.h"

namespace storyteller {

std::unordered_map<std::string, std::string> parse_picture_names(std::string_view text,
                                                                 const std::string& name) {
  using nlohmann::json;
  std::unordered_map<std::string, std::string> names;
  const json root = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!root.is_object() || !root.contains("images") || !root["images"].is_array()) return names;
  size_t number = 0;
  for (const json& image : root["images"]) {
    const std::string where = name + ": images: entry " + std::to_string(++number);
    const bool has_id = image.is_object() && image.contains("id") &&
                        (image["id"].is_number_integer() || image["id"].is_string());
    if (!has_id) throw InputError(where + " has no id that is a whole number or a text");
    if (!image.contains("file_name") || !image["file_name"].is_string()) continue;
    const std::string id =
        image["id"].is_string() ? image["id"].get<std::string>() : image["id"].dump();
    const std::string path = image["file_name"].get<std::string>();
    const std::string file = path.substr(path.find_last_of('/') + 1);  // npos + 1 is 0
    if (!names.emplace(id, file).second) {
      throw InputError(where + ": image " + printable(id) + " is there already");
    }
  }
  return names;
}

}  // namespace storyteller
