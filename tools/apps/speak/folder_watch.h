#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tools/apps/speak/open_file.h"

namespace storyteller::speak {

struct FolderWatchOptions {
  bool existing = false;  ///< pictures that are there already, too, in order of their names
  /// Looks again and again instead of being told by the system, as it must on network mounts, where
  /// what another machine writes is not told. Nothing: as the folder's file system needs it.
  std::optional<bool> polls = {};
  std::chrono::milliseconds interval{200};  ///< of looking
};

/// The pictures that appear in a folder: written there and closed, or moved there whole. What is
/// still being written is left alone; while polling that is what changed since the last look.
/// Hidden files, what systems put beside pictures, and names of unfinished files (.part) are passed
/// over, and so is what is neither a JPEG nor a PNG, by its first bytes or its name.
class FolderWatch {
 public:
  /// Throws InputError where `folder` is none, IoError where it cannot be watched.
  explicit FolderWatch(std::filesystem::path folder, const FolderWatchOptions& options = {});

  struct Found {
    std::filesystem::path path;
    bool existing = false;  ///< it was there when the watch began
  };
  /// The next picture. Nothing: `timeout` is over, or a signal asks to stop; negative: waits for
  /// ever. Throws IoError where the folder is gone.
  std::optional<Found> next(std::chrono::milliseconds timeout);
  bool polls() const { return polls_; }

 private:
  /// What tells one content of a file from another.
  struct Stamp {
    ino_t inode = 0;
    off_t size = 0;
    std::int64_t modified = 0;  // ns
    friend bool operator==(const Stamp&, const Stamp&) = default;
  };
  static std::optional<Stamp> stamp_of(const std::filesystem::path& path);

  /// Looks through the folder; what is new is found where it is `settled`: closed, or as it was.
  void look(bool settled);
  void found(const std::string& name, const Stamp& stamp);
  void read_events();

  std::filesystem::path folder_;
  FolderWatchOptions options_;
  bool polls_ = false;
  OpenFile events_;
  std::map<std::string, Stamp> known_, unsettled_;
  std::deque<std::filesystem::path> found_;
  std::size_t existing_ = 0;  // of them, the first
};

/// Whether a file of that name and beginning is taken for a picture.
bool looks_like_picture(const std::string& name, const std::string& head);

}  // namespace storyteller::speak
