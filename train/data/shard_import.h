#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "train/data/formats/shard_keys.h"
#include "train/data/opened_splits.h"

namespace storyteller {

/// What became of one split.
struct ImportedSplit {
  std::string name;
  size_t pictures = 0, captions = 0, shards = 0;
  BadPictures bad;  ///< what could not be copied
  std::vector<std::string> notes;
};

/// Copies splits of a data set into tar shards in a folder, where they appear when all are
/// complete; without deliver() nothing of them is left.
class ShardImport {
 public:
  /// Makes the folder. Throws UsageError where shards are there already, and IoError.
  explicit ShardImport(const std::filesystem::path& out);
  ~ShardImport();
  ShardImport(const ShardImport&) = delete;
  ShardImport& operator=(const ShardImport&) = delete;

  /// Copies a split that was opened and reads back what was written. Throws InputError where no
  /// picture could be copied, or more than the share `max_bad` could not. `progress(done, total)`
  /// may be empty; a signal (stop_requested) ends it by Stopped.
  ImportedSplit copy(const OpenedSplit& opened, double max_bad,
                     const std::function<void(size_t, size_t)>& progress = {});
  /// What to say of pictures whose names had to change; "": of none.
  std::string renamed_note() const;
  void deliver() const;

 private:
  std::filesystem::path out_, workshop_;
  ShardKeys keys_;
};

}  // namespace storyteller
