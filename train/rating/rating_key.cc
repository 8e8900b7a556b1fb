#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/json_line.h"
#include "core/text/json_name.h"
#include "train/rating/rating_sheet.h"

namespace storyteller {
namespace {

using nlohmann::ordered_json;

constexpr const char* kKeyFormat = "storyteller rating key 1";

size_t index_of(const std::vector<std::string>& names, const std::string& name,
                const std::string& file) {
  const auto at = std::find(names.begin(), names.end(), name);
  if (at == names.end()) {
    throw InputError(file + ": the system '" + printable(name) + "' of an item is not in the list");
  }
  return static_cast<size_t>(at - names.begin());
}

RatingItem parse_item(const ordered_json& json, const RatingSheet& sheet, const std::string& file) {
  const size_t number = sheet.items.size() + 1;
  const std::optional<std::string> image = name_in(json, "image");
  RatingItem item{.image = image ? *image : json.at("image").get<std::string>(),
                  .caption = json.at("caption").get<std::string>(),
                  .systems = {}};
  for (const auto& name : json.at("systems").get<std::vector<std::string>>()) {
    item.systems.push_back(index_of(sheet.systems, name, file));
  }
  const auto original = json.value("duplicate_of", size_t{0});
  if (json.at("item").get<size_t>() != number || item.systems.empty() || original >= number) {
    throw InputError(file + ": item " + std::to_string(number) + " contradicts itself");
  }
  if (original > 0) item.duplicate_of = original - 1;
  return item;
}

}  // namespace

std::string rating_key_json(const RatingSheet& sheet) {
  ordered_json json{{"format", kKeyFormat},
                    {"sheet", sheet.id},
                    {"seed", sheet.seed},
                    {"scales", sheet.scales},
                    {"systems", sheet.systems}};
  json["control"] = sheet.control ? ordered_json(sheet.systems[*sheet.control]) : nullptr;
  auto& items = json["items"] = ordered_json::array();
  for (const RatingItem& item : sheet.items) {
    ordered_json entry{{"item", items.size() + 1}};
    set_name(entry, "image", item.image);
    entry["caption"] = item.caption;
    auto& systems = entry["systems"] = ordered_json::array();
    for (const size_t system : item.systems) systems.push_back(sheet.systems[system]);
    if (item.duplicate_of) entry["duplicate_of"] = *item.duplicate_of + 1;
    items.push_back(std::move(entry));
  }
  return json_document(json);
}

RatingSheet parse_rating_key(std::string_view text, const std::string& name) {
  RatingSheet sheet;
  try {
    const ordered_json json = ordered_json::parse(text);
    if (!json.is_object() || json.value("format", "") != kKeyFormat) {
      throw InputError(name +
                       ": no key of a rating sheet; give the SHEET.key.json that "
                       "'storyteller rate make' wrote beside the sheet");
    }
    sheet.id = json.at("sheet").get<std::string>();
    sheet.seed = json.at("seed").get<uint64_t>();
    sheet.scales = json.at("scales").get<std::vector<std::string>>();
    sheet.systems = json.at("systems").get<std::vector<std::string>>();
    if (json.at("control").is_string()) {
      sheet.control = index_of(sheet.systems, json["control"].get<std::string>(), name);
    }
    for (const ordered_json& item : json.at("items")) {
      sheet.items.push_back(parse_item(item, sheet, name));
    }
  } catch (const ordered_json::exception& error) {
    throw InputError(name + ": no key of a rating sheet: " + printable(error.what(), 200));
  }
  if (sheet.scales.empty() || sheet.systems.empty() || sheet.items.empty()) {
    throw InputError(name + ": a key without scales, systems or items");
  }
  return sheet;
}

}  // namespace storyteller
