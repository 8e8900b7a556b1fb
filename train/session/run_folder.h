#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/serialization/safetensors.h"

namespace storyteller {

/// The folder of one training, held by one process at a time: a lock on the folder itself (flock)
/// keeps a second training out and goes with the process, however that ends.
class RunFolder {
 public:
  enum class Use { kBegin, kResume };

  /// Checks before anything is read or written. kBegin wants a folder without a run, or none; it is
  /// made and locked by make(). kResume wants one with a run, and locks it. Throws UsageError for a
  /// run that is there or is not, or that another process trains, and IoError for a file of that
  /// name.
  RunFolder(std::filesystem::path path, Use use);
  ~RunFolder();
  RunFolder(const RunFolder&) = delete;
  RunFolder& operator=(const RunFolder&) = delete;

  /// Makes the folder where it is not there yet, and locks it.
  void make();

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path last() const { return path_ / "last.storyteller"; }
  std::filesystem::path best() const { return path_ / "best.storyteller"; }
  std::filesystem::path config() const { return path_ / "config.json"; }
  std::filesystem::path bad_pictures() const { return path_ / "bad.jsonl"; }

  /// The state that the run goes on from; null where it was stopped before it had one, while it
  /// computed features. Throws ModelError that names the way out where the file is damaged.
  std::optional<SafetensorsFile> open_last() const;

 private:
  void lock();

  std::filesystem::path path_;
  int descriptor_ = -1;
};

}  // namespace storyteller
