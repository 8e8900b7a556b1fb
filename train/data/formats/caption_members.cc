#include "train/data/formats/caption_members.h"

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/system/printable.h"
#include "train/data/listed_dataset.h"
#include "train/data/split_names.h"

namespace storyteller {

namespace fs = std::filesystem;

std::vector<std::string> caption_members(const nlohmann::json& record, const RecordPlace& place) {
  std::vector<std::string> captions;
  bool found = false;
  for (const char* key : {"caption", "text"}) {
    if (auto caption = optional_string(record, key, place)) {
      captions.push_back(*std::move(caption));
      found = true;
      break;
    }
  }
  if (const auto several = record.find("captions"); several != record.end()) {
    if (!several->is_array()) place.fail("\"captions\" is not an array");
    for (const nlohmann::json& caption : *several) {
      if (!caption.is_string()) place.fail("an element of \"captions\" is not a string");
      captions.push_back(caption.get<std::string>());
    }
    found = true;
  }
  if (!found) place.fail("no \"caption\", \"captions\" or \"text\" in the object");
  return captions;
}

std::optional<Split> named_split(std::string_view name, const RecordPlace& place) {
  if (names_no_split(name)) return std::nullopt;
  const auto split = split_named(name);
  if (!split) place.fail(unknown_split(name));
  return split;
}

fs::path table_file(const fs::path& path, const std::vector<std::string>& names) {
  std::error_code ignored;
  if (!fs::is_directory(path, ignored)) return path;
  fs::path file = first_existing(path, names);
  if (!file.empty()) return file;
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : " or ") + name;
  throw InputError(printable(path.string(), 400) + ": no " + text + " in the folder");
}

std::unique_ptr<Dataset> listed_beside(const fs::path& file, const std::string& name,
                                       PictureList list, const OpenOptions& options) {
  const fs::path folder = file.parent_path();
  return std::make_unique<ListedDataset>(
      std::move(list),
      ListedDataset::Options{
          .folders = {folder, folder / "images"}, .open = options, .source = name});
}

}  // namespace storyteller
