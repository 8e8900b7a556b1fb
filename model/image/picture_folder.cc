#include "model/image/picture_folder.h"

#include <algorithm>
#include <set>
#include <span>
#include <system_error>

#include "core/error.h"
#include "core/file_kind/file_kind.h"
#include "core/system/file_head.h"
#include "core/system/printable.h"
#include "core/text/ascii.h"
#include "model/image/encode.h"

namespace storyteller {
namespace {

namespace fs = std::filesystem;
using Names = std::set<std::string_view>;

/// In lower case, with the point.
std::string ending_of(const fs::path& path) { return lower_case(path.extension().string()); }

/// Endings under which browsers, cameras and phones save JPEG and PNG.
bool ends_like_picture(const std::string& ending) {
  static const Names kEndings = {".jpg", ".jpeg", ".jpe",   ".jfif", ".jfi", ".jif",
                                 ".mpo", ".pjp",  ".pjpeg", ".png",  ".apng"};
  return kEndings.contains(ending);
}

/// Pictures, and what is developed into them.
bool ends_like_other_picture(const std::string& ending) {
  static const Names kEndings = {".heic", ".heif", ".hif", ".avif", ".webp", ".gif", ".bmp", ".tif",
                                 ".tiff", ".jxl",  ".jp2", ".j2k",  ".jls",  ".svg", ".ico", ".psd",
                                 ".xcf",  ".tga",  ".ppm", ".pgm",  ".pnm",  ".dng", ".cr2", ".cr3",
                                 ".nef",  ".arw",  ".raf", ".orf",  ".rw2",  ".exr"};
  return kEndings.contains(ending);
}

/// Known for something else: not worth a look inside, of which captions beside pictures need many.
bool ends_unlike_picture(const std::string& ending) {
  static const Names kEndings = {
      ".txt", ".json", ".jsonl", ".csv", ".tsv", ".xml", ".md",  ".htm", ".html", ".log",
      ".db",  ".py",   ".sh",    ".yml", ".ini", ".npy", ".npz", ".pt",  ".pth",  ".safetensors",
      ".tar", ".zip",  ".gz",    ".pdf", ".mp4", ".mov", ".avi", ".mkv", ".mp3",  ".storyteller"};
  return kEndings.contains(ending);
}

/// What the first bytes say.
FileFamily family_of(const fs::path& path) {
  const std::string head = file_head(path, kIdentifyBytes);
  return identify_file(std::as_bytes(std::span(head))).family;
}

void add_file(const fs::path& path, PictureFolder* found) {
  const std::string ending = ending_of(path);
  if (ends_like_picture(ending)) {
    if (ending == ".png" && !read_png_text(path, kDrawnFrom).empty()) {
      ++found->drawings;
    } else {
      found->pictures.push_back(path);
    }
    return;
  }
  if (ends_unlike_picture(ending) || path.filename().string().starts_with('.')) return;
  const FileFamily family = family_of(path);
  if (family == FileFamily::kJpeg || family == FileFamily::kPng) {
    found->pictures.push_back(path);
  } else if (family == FileFamily::kPicture || ends_like_other_picture(ending)) {
    ++found->other_kinds[ending.empty() ? "without an ending" : ending];
    const std::string name = path.filename().string();
    if (found->other_example.empty() || name < found->other_example) found->other_example = name;
  }
}

void add_entry(const fs::directory_entry& entry, PictureFolder* found) {
  const fs::path& path = entry.path();
  const std::string name = path.filename().string();
  if (is_clutter(name)) return;
  std::error_code failure;
  const fs::file_type type = entry.status(failure).type();  // of what a link leads to
  if (type == fs::file_type::directory) {
    if (name.starts_with('.')) return;
    (entry.is_symlink(failure) ? found->linked_folders : found->subfolders).push_back(path);
  } else if (type == fs::file_type::regular) {
    add_file(path, found);
  } else if (ends_like_picture(ending_of(path))) {
    const bool dangling = type == fs::file_type::not_found || type == fs::file_type::none;
    (dangling ? found->pictures : found->not_files).push_back(path);
  }
}

}  // namespace

bool is_clutter(std::string_view name) {
  static const Names kNames = {"__MACOSX",    "@eaDir",     "Thumbs.db", "Thumbs",
                               ".thumbnails", ".DS_Store",  "#recycle",  "$RECYCLE.BIN",
                               "lost+found",  "desktop.ini"};
  return name.starts_with("._") || kNames.contains(name);
}

std::string other_kinds_text(const PictureFolder& folder) {
  std::string text;
  for (const auto& [ending, count] : folder.other_kinds) {
    text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + ending;
  }
  return text;
}

PictureFolder list_picture_folder(const fs::path& folder) {
  PictureFolder found;
  std::error_code failure;
  for (fs::directory_iterator at(folder, failure), end; !failure && at != end;
       at.increment(failure)) {
    add_entry(*at, &found);
  }
  if (failure) {
    throw InputError(printable_path(folder.string()) +
                     ": cannot list the folder: " + failure.message());
  }
  for (auto* list : {&found.pictures, &found.subfolders, &found.linked_folders, &found.not_files}) {
    std::sort(list->begin(), list->end());
  }
  return found;
}

std::vector<fs::path> pictures_below(const fs::path& folder, bool recursive) {
  std::vector<fs::path> pictures, folders = {folder};
  while (!folders.empty()) {
    PictureFolder found;
    try {
      found = list_picture_folder(folders.back());
    } catch (const InputError&) {
      found = {};
    }
    folders.pop_back();
    pictures.insert(pictures.end(), found.pictures.begin(), found.pictures.end());
    if (recursive) folders.insert(folders.end(), found.subfolders.begin(), found.subfolders.end());
  }
  return pictures;
}

}  // namespace storyteller
