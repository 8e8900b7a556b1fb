#include "train/data/formats/karpathy.h"

#include <array>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/system/printable.h"
#include "train/data/formats/caption_members.h"
#include "train/data/formats/formats.h"
#include "train/data/formats/json_records.h"
#include "train/data/listed_dataset.h"

namespace storyteller {

namespace fs = std::filesystem;

namespace {

struct Published {
  const char *file, *name;
  std::array<size_t, 3> pictures;  // train (restval included), val, test
};

constexpr std::array<Published, 3> kPublished = {{
    {"dataset_coco.json", "Karpathy's COCO", {113287, 5000, 5000}},
    {"dataset_flickr30k.json", "Karpathy's Flickr30k", {29000, 1014, 1000}},
    {"dataset_flickr8k.json", "Karpathy's Flickr8k", {6000, 1000, 1000}},
}};

fs::path json_of(const fs::path& path) {
  std::error_code ignored;
  if (!fs::is_directory(path, ignored)) return path;
  fs::path found;
  for (const Published& set : kPublished) {
    const fs::path file = path / set.file;
    if (!fs::exists(file, ignored)) continue;
    if (!found.empty()) {
      throw InputError(printable(path.string(), 400) + ": " + found.filename().string() + " and " +
                       set.file + " are there; name one of them");
    }
    found = file;
  }
  if (found.empty()) {
    throw InputError(printable(path.string(), 400) +
                     ": no dataset_coco.json, dataset_flickr30k.json or dataset_flickr8k.json");
  }
  return found;
}

}  // namespace

void add_karpathy(const fs::path& file, PictureList& list) {
  const auto each = [&](const std::string&, const nlohmann::json& record,
                        const RecordPlace& place) {
    std::string name = string_member(record, "filename", place);
    if (const auto folder = optional_string(record, "filepath", place)) {
      if (!folder->empty()) name = *folder + "/" + name;
    }
    const auto split = named_split(string_member(record, "split", place), place);
    if (!split) place.fail("\"split\" names no split");
    const size_t picture = list.add(name, *split);
    const auto sentences = record.find("sentences");
    if (sentences == record.end() || !sentences->is_array()) {
      place.fail("no array \"sentences\" in the object");
    }
    for (const nlohmann::json& sentence : *sentences) {
      if (!sentence.is_object()) place.fail("a sentence is not an object");
      list.add_caption(picture, string_member(sentence, "raw", place));
    }
  };
  for_each_record(file, {"images"}, each);
}

std::unique_ptr<Dataset> open_karpathy(const fs::path& path, Split split,
                                       const OpenOptions& options) {
  const fs::path file = json_of(path);
  PictureList list(split);
  add_karpathy(file, list);
  std::string note;
  for (const Published& set : kPublished) {
    if (file.filename() == set.file) {
      note = count_note(list, set.name, set.pictures[static_cast<size_t>(split)]);
    }
  }
  const fs::path beside = file.parent_path();
  return std::make_unique<ListedDataset>(
      std::move(list), ListedDataset::Options{.folders = {beside, beside / "images"},
                                              .open = options,
                                              .notes = {note},
                                              .source = file.string()});
}

}  // namespace storyteller
