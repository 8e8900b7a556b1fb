#include "train/data/formats/set_files.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/error.h"
#include "core/system/file_head.h"
#include "core/system/printable.h"
#include "core/text/ascii.h"
#include "train/data/listed_dataset.h"
#include "train/text/split_names.h"

namespace storyteller {

namespace fs = std::filesystem;

namespace {

constexpr size_t kLongestName = 400;

std::string lower_name(const fs::path& path) { return lower_case(path.filename().string()); }

bool holds_pictures(const std::string& name) {
  constexpr std::array<std::string_view, 16> kNames = {
      "images",  "image",      "imgs", "img", "pictures", "photos",   "photographs", "pics",
      "picture", "jpegimages", "jpgs", "jpg", "data",     "flickr8k", "flickr30k",   "files"};
  if (std::find(kNames.begin(), kNames.end(), name) != kNames.end()) return true;
  const bool flickr = name.starts_with("flickr") || name.starts_with("flicker");
  return flickr &&
         (name.ends_with("dataset") || name.ends_with("images") || name.ends_with("image"));
}

/// Folders that hold texts beside the pictures' folder.
bool holds_texts(const std::string& name) {
  return name == "annotations" || name == "captions" || name == "labels" || name == "text" ||
         name == "flickr8k_text" || name.starts_with("annotations_");
}

std::vector<fs::path> files_with(const fs::path& folder,
                                 const std::vector<std::string>& extensions) {
  std::vector<fs::path> files;
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator(folder, failure)) {
    const std::string name = lower_name(entry.path());
    const bool fits = std::any_of(extensions.begin(), extensions.end(),
                                  [&](const std::string& end) { return name.ends_with(end); });
    std::error_code ignored;
    if (fits && !name.starts_with(".") && entry.is_regular_file(ignored)) {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

fs::path first_of(const fs::path& folder, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    fs::path file = entry_in_any_case(folder, name);
    std::error_code ignored;
    if (!file.empty() && fs::is_regular_file(file, ignored)) return file;
  }
  return {};
}

/// Those whose names tell a split, where all or at least train is among them.
std::vector<CaptionsFile> files_of_splits(const std::vector<fs::path>& files) {
  std::vector<CaptionsFile> found;
  for (const fs::path& file : files) {
    // Beside captions_train2017.json COCO has objects (instances_...) and more.
    const bool captions = lower_name(file).find("caption") != std::string::npos;
    const bool others_do = std::any_of(files.begin(), files.end(), [](const fs::path& other) {
      return lower_name(other).starts_with("captions_");
    });
    if (others_do && !captions) continue;
    if (const auto split = split_in_name(file.stem().string())) found.push_back({file, split});
  }
  const bool train = std::any_of(found.begin(), found.end(), [](const CaptionsFile& one) {
    return one.split == Split::kTrain;
  });
  return train || found.size() > 1 || found.size() == files.size() ? found
                                                                   : std::vector<CaptionsFile>{};
}

std::string listed(const std::vector<fs::path>& files) {
  std::string text;
  for (size_t i = 0; i < std::min<size_t>(files.size(), 4); ++i) {
    text += (i > 0 ? ", " : "") + printable(files[i].filename().string(), 100);
  }
  return text + (files.size() > 4 ? ", ..." : "");
}

}  // namespace

fs::path entry_in_any_case(const fs::path& folder, const std::string& name) {
  std::error_code failure;
  if (fs::exists(folder / name, failure)) return folder / name;
  fs::path found;
  const std::string wanted = lower_case(name);
  for (const auto& entry : fs::directory_iterator(folder, failure)) {
    if (lower_name(entry.path()) != wanted) continue;
    if (found.empty() || entry.path() < found) found = entry.path();
  }
  return found;
}

std::vector<fs::path> subfolders(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator(folder, failure)) {
    std::error_code ignored;
    if (entry.is_directory(ignored)) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

namespace {

constexpr const char* kSheet =
    ": a spreadsheet, which is not read; save it as CSV (in Excel: CSV UTF-8)";

std::vector<fs::path> folders_of_texts(const fs::path& root) {
  return {root, root / "annotations", root / "annotations" / "annotations"};
}

/// By its ending and its bytes: some programs call tables of plain text ".xls".
bool is_sheet(const fs::path& file) {
  const std::string ending = file.extension().string();
  if (ending != ".xlsx" && ending != ".xls" && ending != ".ods") return false;
  const std::string head = file_head(file, 4);
  return head == "PK\x03\x04" || head == "\xD0\xCF\x11\xE0";
}

}  // namespace

std::vector<fs::path> captions_folders(const fs::path& root) {
  std::vector<fs::path> folders = folders_of_texts(root);
  for (const fs::path& folder : subfolders(root)) {
    if (split_named(folder.filename().string())) folders.push_back(folder);
  }
  return folders;
}

CaptionsFiles captions_files(const fs::path& path, const std::vector<std::string>& names,
                             const std::vector<std::string>& extensions) {
  std::error_code ignored;
  if (!fs::is_directory(path, ignored)) {
    if (is_sheet(path)) throw InputError(printable(path.string(), kLongestName) + kSheet);
    return {.root = path.parent_path(), .files = {{path}}};
  }
  CaptionsFiles set{.root = path, .files = {}};
  if (const fs::path file = first_of(path, names); !file.empty()) {
    set.files.push_back({file});
    return set;
  }
  std::vector<fs::path> there;
  for (const fs::path& folder : folders_of_texts(path)) {
    const auto files = files_with(folder, extensions);
    if (there.empty()) there = files;
    set.files = files_of_splits(files);
    if (set.files.empty() && files.size() == 1) set.files.push_back({files.front()});
    if (set.files.empty()) continue;
    set.note = printable(path.string(), kLongestName) + ": the captions are taken from";
    for (const CaptionsFile& one : set.files) {
      set.note += " " + printable(one.file.lexically_relative(path).string(), 200);
    }
    return set;
  }
  for (const fs::path& folder : subfolders(path)) {
    const auto split = split_named(folder.filename().string());
    const fs::path file = split ? first_of(folder, names) : fs::path();
    if (!file.empty()) set.files.push_back({file, split, folder.filename().string()});
  }
  if (!set.files.empty()) return set;
  for (const auto& entry : fs::directory_iterator(path, ignored)) {
    if (!is_sheet(entry.path())) continue;
    throw InputError(printable(entry.path().string(), kLongestName) + kSheet);
  }
  std::string text;
  for (size_t i = 0; i < std::min<size_t>(names.size(), 2); ++i) {
    text += (i > 0 ? " or " : "") + names[i];
  }
  throw InputError(printable(path.string(), kLongestName) + ": no " + text + " in the folder" +
                   (there.empty() ? "" : "; it has " + listed(there) + ": name one of them") +
                   "; see docs/your-own-data.md");
}

std::unique_ptr<Dataset> listed_rows(
    const CaptionsFiles& set, Rows rows, const OpenOptions& options,
    const std::function<std::string(const PictureList&)>& further_note) {
  const Split wanted = rows.wanted();
  const std::string name =
      set.files.size() == 1 ? set.files.front().file.string() : set.root.string();
  PictureList list = rows.take();
  std::vector<std::string> notes = rows.notes();
  if (further_note) notes.push_back(further_note(list));
  return std::make_unique<ListedDataset>(
      std::move(list), ListedDataset::Options{.folders = picture_folders(set.root, wanted),
                                              .open = options,
                                              .notes = std::move(notes),
                                              .source = printable(name, kLongestName)});
}

std::vector<fs::path> picture_folders(const fs::path& root, Split wanted) {
  std::vector<fs::path> found = {root};
  const fs::path here = root.empty() ? fs::path(".") : root;
  const auto add_below = [&](const fs::path& folder) {
    for (const fs::path& below : subfolders(folder)) {
      const std::string name = lower_name(below);
      const auto split = split_named(name);
      if (!holds_pictures(name) && split != wanted) continue;
      found.push_back(below);
      // train2017/train2017, Flickr8k_Dataset/Flicker8k_Dataset
      for (const fs::path& inner : subfolders(below)) {
        const std::string inner_name = lower_name(inner);
        if (inner_name == name || holds_pictures(inner_name) || split_named(inner_name) == wanted) {
          found.push_back(inner);
        }
        const fs::path again = inner / inner.filename();
        std::error_code ignored;
        if (fs::is_directory(again, ignored)) found.push_back(inner);
      }
    }
  };
  add_below(here);
  std::error_code failure;
  if (holds_texts(lower_name(fs::canonical(here, failure)))) {
    const fs::path above = here / "..";
    found.push_back(above);
    add_below(above);
  }
  return found;
}

}  // namespace storyteller
