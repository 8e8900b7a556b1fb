#include <array>
#include <unordered_map>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/system/printable.h"
#include "train/data/formats/formats.h"
#include "train/data/formats/json_records.h"
#include "train/data/listed_dataset.h"

namespace storyteller {

namespace fs = std::filesystem;

namespace {

struct Year {
  const char* name;
  std::array<size_t, 2> pictures;  // train, val
};
constexpr Year k2014 = {"2014", {82783, 40504}}, k2017 = {"2017", {118287, 5000}};

std::unique_ptr<Dataset> open(const fs::path& folder, Split split, const Year& year,
                              const OpenOptions& options) {
  require_folder(folder);
  const std::string source = printable(folder.string(), 400);
  if (split == Split::kTest) throw InputError(source + ": COCO's test captions are not public");
  const std::string part = std::string(split_name(split)) + year.name;
  const std::string name = "captions_" + part + ".json";
  const fs::path file = first_existing(folder, {"annotations/" + name, name});
  if (file.empty()) throw InputError(source + ": no annotations/" + name);
  const fs::path images = first_existing(folder, {part, "images/" + part, "images"});
  if (images.empty()) throw InputError(source + ": no folder " + part + " with the photographs");

  PictureList list(split);
  std::unordered_map<int64_t, size_t> picture_of;
  for_each_record(file, {"images"},
                  [&](const std::string&, const nlohmann::json& record, const RecordPlace& place) {
                    picture_of[integer_member(record, "id", place)] =
                        list.add(string_member(record, "file_name", place), split);
                  });
  for_each_record(file, {"annotations"},
                  [&](const std::string&, const nlohmann::json& record, const RecordPlace& place) {
                    const int64_t id = integer_member(record, "image_id", place);
                    const auto picture = picture_of.find(id);
                    if (picture == picture_of.end()) {
                      place.fail("a caption of picture " + std::to_string(id) +
                                 ", which \"images\" does not list");
                    }
                    list.add_caption(picture->second, string_member(record, "caption", place));
                  });
  const std::string note =
      count_note(list, std::string("COCO ") + year.name, year.pictures[static_cast<size_t>(split)]);
  return std::make_unique<ListedDataset>(
      std::move(list),
      ListedDataset::Options{
          .folders = {images}, .open = options, .notes = {note}, .source = file.string()});
}

}  // namespace

std::unique_ptr<Dataset> open_coco2014(const fs::path& folder, Split split,
                                       const OpenOptions& options) {
  return open(folder, split, k2014, options);
}

std::unique_ptr<Dataset> open_coco2017(const fs::path& folder, Split split,
                                       const OpenOptions& options) {
  return open(folder, split, k2017, options);
}

}  // namespace storyteller
