#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "tools/apps/speak/folder_watch.h"
#include "tools/apps/speak/session.h"
#include "tools/apps/speak/sight.h"

namespace storyteller::speak {

/// Tells pictures one by one.
class PictureRun {
 public:
  PictureRun(ModelSight& sight, Session& session) : sight_(sight), session_(session) {}

  /// `bytes`: of the picture where it is no file; else empty. `waits`: see Session::remark. Throws
  /// InputError where it is no picture, MemoryError, IoError and Stopped.
  void tell(const std::filesystem::path& path, const std::vector<std::byte>& bytes, bool waits);
  /// Every picture that comes, until a signal asks to stop. What cannot be read is reported.
  void tell(FolderWatch& watch);

 private:
  ModelSight& sight_;
  Session& session_;
  std::uint64_t count_ = 0;
};

}  // namespace storyteller::speak
