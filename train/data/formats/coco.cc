#include <algorithm>
#include <array>
#include <unordered_set>

#include "core/error.h"
#include "core/system/printable.h"
#include "train/data/formats/formats.h"
#include "train/data/formats/json_layouts.h"
#include "train/data/formats/set_files.h"
#include "train/data/listed_dataset.h"
#include "train/data/split_overlap.h"

namespace storyteller {

namespace fs = std::filesystem;

namespace {

struct Year {
  const char* name;
  std::array<size_t, 2> pictures;  // train, val
};
constexpr Year k2014 = {"2014", {82783, 40504}}, k2017 = {"2017", {118287, 5000}};

/// The captions of a split; empty: they are not there.
fs::path captions_file(const fs::path& folder, Split split, const Year& year) {
  const std::string name =
      "captions_" + std::string(split_name(split)) + std::string(year.name) + ".json";
  const std::string unpacked = "annotations_trainval" + std::string(year.name);
  return first_existing(folder, {"annotations/" + name, name, "annotations/annotations/" + name,
                                 unpacked + "/annotations/" + name, unpacked + "/" + name});
}

/// Where photographs of a split lie; the same one level deeper first, as it is the fuller one.
std::vector<fs::path> photographs(const fs::path& folder, const std::string& part) {
  std::vector<fs::path> found;
  for (const std::string& name : {part, "images/" + part, std::string("images")}) {
    std::error_code ignored;
    if (!fs::is_directory(folder / name, ignored)) continue;
    found.push_back(folder / name);
    if (fs::is_directory(folder / name / part, ignored)) found.push_back(folder / name / part);
  }
  return found;
}

/// Photographs of 2014 are called COCO_train2014_000000000009.jpg, those of 2017 000000000009.jpg;
/// they are the same. Returns the other year's names of one.
std::vector<std::string> names_of_both_years(const PictureList& list, size_t picture) {
  const std::string name(list.name(picture));
  const size_t underscore = name.rfind('_');
  std::vector<std::string> names = {name};
  if (name.starts_with("COCO_") && underscore != std::string::npos) {
    names.push_back(name.substr(underscore + 1));
  } else {
    for (const char* front : {"COCO_train2014_", "COCO_val2014_"}) names.push_back(front + name);
  }
  return names;
}

/// Whether the first pictures of the list lie there under the other year's names alone.
bool are_of_other_year(const PictureList& list, const std::vector<fs::path>& folders) {
  constexpr size_t kLooked = 20;
  size_t other = 0;
  for (size_t picture = 0; picture < std::min(kLooked, list.size()); ++picture) {
    const auto names = names_of_both_years(list, picture);
    for (const fs::path& folder : folders) {
      std::error_code ignored;
      if (fs::exists(folder / names[0], ignored)) return false;
      other += first_existing(folder, {names.begin() + 1, names.end()}).empty() ? 0 : 1;
    }
  }
  return other > 0;
}

/// Says that pictures of a held-out split stand in the file of train as well; "" where none does. A
/// file of train that cannot be read is no matter of this split.
std::string overlap_note(const fs::path& folder, const PictureList& list, const Year& year) {
  if (list.wanted() == Split::kTrain) return "";
  const fs::path train = captions_file(folder, Split::kTrain, year);
  if (train.empty()) return "";
  SplitOverlap overlap;
  std::unordered_set<size_t> both;
  try {
    for_each_coco_image(JsonText::of_file(train), [&](const std::string& name) {
      const auto picture = list.find(name);
      if (picture && both.insert(*picture).second) overlap.add(list.name(*picture));
    });
  } catch (const InputError&) {
    return "";
  }
  return overlap.note(split_name(list.wanted()), split_name(Split::kTrain));
}

std::unique_ptr<Dataset> open(const fs::path& folder, Split split, const Year& year,
                              const OpenOptions& options) {
  require_folder(folder);
  const std::string source = printable(folder.string(), 400);
  if (split == Split::kTest) throw NoSuchSplit(source + ": COCO's test captions are not public");
  const std::string part = std::string(split_name(split)) + year.name;
  const fs::path file = captions_file(folder, split, year);
  if (file.empty()) {
    throw NoSuchSplit(source + ": no annotations/captions_" + part +
                      ".json; for pictures of your own in COCO's form, see docs/your-own-data.md");
  }
  std::vector<fs::path> folders = photographs(folder, part);
  if (folders.empty()) throw InputError(source + ": no folder " + part + " with the photographs");

  Rows rows(split);
  const JsonText text = JsonText::of_file(file);
  text.for_each_value([&](std::string_view top) { add_coco(text, top, split, rows); });
  rows.note(text.note());
  PictureList list = rows.take();
  std::vector<std::string> notes = rows.notes();
  notes.push_back(count_note(list, std::string("COCO ") + year.name,
                             year.pictures[static_cast<size_t>(split)]));
  notes.push_back(overlap_note(folder, list, year));
  const bool other_year = options.look_for_pictures && are_of_other_year(list, folders);
  if (other_year) {
    notes.push_back(source + ": the photographs are called as in another year's COCO; '" +
                    printable(std::string(list.name(0))) + "' is also looked for as '" +
                    printable(names_of_both_years(list, 0)[1]) + "'");
  }
  ListedDataset::Options listed{
      .folders = folders, .open = options, .notes = notes, .source = file.string()};
  if (other_year) listed.names = names_of_both_years;
  return std::make_unique<ListedDataset>(std::move(list), std::move(listed));
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
