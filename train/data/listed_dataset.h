#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "train/data/dataset.h"
#include "train/data/formats/picture_list.h"
#include "train/data/picture_finder.h"

struct XXH3_state_s;

namespace storyteller {

/// Pictures as files below a folder, with captions that one of the readers of train/data/formats
/// has found. A picture is found as PictureFinder does; what is found nowhere, and what another
/// name of the list stands for already, is skipped and recorded.
class ListedDataset : public Dataset {
 public:
  struct Options {
    /// Folders that the names are relative to; the first that holds a picture is taken.
    std::vector<std::filesystem::path> folders = {};
    /// Other names under which a picture may lie; null: its own alone.
    std::function<std::vector<std::string>(const PictureList&, size_t)> names = nullptr;
    OpenOptions open = {};
    /// Pictures are known to be missing, as of a list of links: counted in a note, not bad.
    bool may_lack = false;
    std::vector<std::string> notes = {};
    std::string source = {};  ///< What the messages call the set: its folder or file.
  };

  /// Takes the pictures of the list's wanted split. Throws NoSuchSplit where the list has pictures
  /// of others alone, InputError where none is usable, or more than `max_bad` are not.
  ListedDataset(PictureList list, Options options);

  size_t size() const override { return kept_.size(); }
  std::string id(size_t i) const override { return std::string(list_.name(kept_[i])); }
  std::optional<int64_t> number(size_t i) const override { return list_.number(kept_[i]); }
  std::vector<std::string> captions(size_t i) const override { return list_.captions_of(kept_[i]); }
  Image load(size_t i, std::vector<std::string>* warnings = nullptr) const override;
  uint64_t fingerprint() const override { return fingerprint_; }
  const BadPictures& skipped() const override { return skipped_; }
  std::vector<std::string> notes() const override { return options_.notes; }
  std::string picture_bytes(size_t i) const override;
  uint64_t stored_bytes(size_t i) const override;

 private:
  /// Whose file a name of the list turned out to be.
  struct Search {
    PictureFinder finder;
    FoundWays ways;
    std::unordered_map<std::string, size_t> taken;  ///< file -> picture; of other names
    size_t absent = 0;
  };
  /// As it was found when the set was opened. Empty: it is no longer there.
  std::filesystem::path find(size_t picture) const;
  std::filesystem::path find_by_names(size_t picture) const;
  /// Fills in `file`, or returns why there is none.
  std::string look_for(size_t picture, Search& search, std::filesystem::path* file);
  bool keep(size_t picture, Search& search, XXH3_state_s* digest);
  void require_any(size_t absent) const;

  PictureList list_;
  Options options_;
  std::vector<uint32_t> kept_;  // numbers in list_
  // Files of pictures that are not called as the list calls them.
  TextArena found_;
  std::unordered_map<uint32_t, uint32_t> found_of_;
  BadPictures skipped_;
  uint64_t fingerprint_ = 0;
  size_t lacking_ = 0;
};

/// The first of `names` that exists below `folder`; empty: none.
std::filesystem::path first_existing(const std::filesystem::path& folder,
                                     const std::vector<std::string>& names);

/// Throws InputError unless it is a folder.
void require_folder(const std::filesystem::path& folder);

/// A warning with the numbers where a split holds other than the published count; else "".
std::string count_note(const PictureList& list, const std::string& set, size_t expected);

}  // namespace storyteller
