#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "train/data/dataset.h"
#include "train/data/formats/rows.h"

// Where people put the files of a data set.
namespace storyteller {

/// A file of captions, and what its place says.
struct CaptionsFile {
  std::filesystem::path file;
  std::optional<Split> split = std::nullopt;  ///< By the file's or its folder's name.
  std::string folder = {};  ///< In front of the names in it, relative to the set: "train", or "".
};

struct CaptionsFiles {
  std::filesystem::path root;  ///< The set's folder: pictures lie here or below.
  std::vector<CaptionsFile> files;
  std::string note = {};  ///< What was guessed; "" if nothing.
};

/// The files of captions that `path` means: itself, or in a folder
///   - the first of `names` that is there;
///   - the only file with one of `extensions`, or those whose names tell a split (train.csv,
///     val.csv), here or in `annotations`;
///   - one of `names` in each of the folders train, validation, test.
/// Throws InputError that tells what is there instead.
CaptionsFiles captions_files(const std::filesystem::path& path,
                             const std::vector<std::string>& names,
                             const std::vector<std::string>& extensions);

/// Folders in which captions_files looks for the files of the set at `root`: that one, annotations
/// and those called as a split.
std::vector<std::filesystem::path> captions_folders(const std::filesystem::path& root);

/// The set that the rows of these files are, with its pictures in picture_folders. `further_note`
/// may say more of the list; null: nothing.
std::unique_ptr<Dataset> listed_rows(
    const CaptionsFiles& set, Rows rows, const OpenOptions& options,
    const std::function<std::string(const PictureList&)>& further_note = nullptr);

/// Folders that pictures of a set may lie in: its own, those below that are called as folders of
/// pictures are (images, Flicker8k_Dataset, train2017, ...), in any case, and the same one level
/// deeper, as zip files unpack to train2017/train2017. A folder that is called as a split is one
/// for the pictures of this split only.
std::vector<std::filesystem::path> picture_folders(const std::filesystem::path& root, Split wanted);

/// The file or folder of `folder` that is called `name` without regard to case; empty: none.
std::filesystem::path entry_in_any_case(const std::filesystem::path& folder,
                                        const std::string& name);

/// Folders below, in the order of their names; empty where `folder` cannot be read.
std::vector<std::filesystem::path> subfolders(const std::filesystem::path& folder);

}  // namespace storyteller
