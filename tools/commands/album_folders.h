#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/device.h"
#include "model/ensemble.h"
#include "tools/apps/album/describer.h"
#include "tools/apps/album/index_run.h"

namespace storyteller {

/// What is asked for; "-" is a list of names on standard input. Throws UsageError of none, which
/// names the command.
std::vector<std::string> asked_folders(const std::vector<std::string>& asked,
                                       const std::string& command);

/// What scans of several folders found.
struct PictureScans {
  std::vector<std::int64_t> roots;  ///< each once
  std::vector<std::int64_t> unmounted;
  size_t found = 0, missing = 0;
};

/// Brings the list of pictures up to date (album::scan), with warnings on standard error.
PictureScans scan_folders(database::Connection& connection, const std::vector<std::string>& folders,
                          bool recaption);

struct PictureRun {
  int jobs = 0;  ///< threads that read pictures; 0: as many as compute
  bool recaption = false, quiet = false;
  const char* label = "album";  ///< of the progress
  album::Digest digest = {};
};

/// Captions what is queued (album::index_queue) with the model of `files`, with progress and
/// warnings on standard error. `model_row` makes the row of the model.
album::IndexCounts caption_pictures(
    database::Connection& connection, const PictureScans& scans,
    const std::vector<std::string>& files, Device device, const Language& language,
    album::Keeper& keeper, const PictureRun& run,
    const std::function<std::int64_t(const Ensemble&, const std::vector<std::string>&)>& model_row);

}  // namespace storyteller
