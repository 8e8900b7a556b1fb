#include <array>

#include "core/error.h"
#include "core/system/printable.h"
#include "train/data/formats/formats.h"
#include "train/data/formats/json_layouts.h"
#include "train/data/formats/set_files.h"
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

/// The published file of a folder, else whatever JSON is its only one.
CaptionsFiles files_of(const fs::path& path) {
  std::error_code ignored;
  std::vector<std::string> names;
  std::vector<fs::path> there;
  for (const Published& set : kPublished) {
    names.emplace_back(set.file);
    if (fs::exists(path / set.file, ignored)) there.push_back(path / set.file);
  }
  if (there.size() > 1) {
    throw InputError(printable(path.string(), 400) + ": " +
                     printable_path(there[0].filename().string()) + " and " +
                     printable_path(there[1].filename().string()) + " are there; name one of them");
  }
  names.emplace_back("dataset.json");
  return captions_files(path, names, {".json", ".json.gz"});
}

}  // namespace

std::unique_ptr<Dataset> open_karpathy(const fs::path& path, Split split,
                                       const OpenOptions& options) {
  const CaptionsFiles set = files_of(path);
  Rows rows(split);
  rows.note(set.note);
  for (const CaptionsFile& file : set.files) {
    rows.put_below(file.folder);
    add_json(JsonText::of_file(file.file), file.split, rows);
  }
  if (rows.rows() > 0 && !rows.names_splits()) {
    rows.note(
        printable(set.files.front().file.string(), 400) +
        ": no record names a split, as Karpathy's do; pictures are divided by a hash of their "
        "names");
  }
  const fs::path file = set.files.front().file;
  std::function<std::string(const PictureList&)> count;
  for (const Published& known : kPublished) {
    if (file.filename() != known.file) continue;
    count = [&known, split](const PictureList& list) {
      return count_note(list, known.name, known.pictures[static_cast<size_t>(split)]);
    };
  }
  return listed_rows(set, std::move(rows), options, count);
}

}  // namespace storyteller
