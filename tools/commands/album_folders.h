#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/device.h"
#include "core/error.h"
#include "model/ensemble.h"
#include "tools/apps/album/describer.h"
#include "tools/apps/album/index_run.h"
#include "tools/cli/options.h"
#include "tools/commands/command.h"
#include "tools/commands/model_arguments.h"

namespace storyteller {

/// Folders of pictures and how they are described, alike for all commands that keep what they find.
struct FolderArguments {
  std::vector<std::string> asked;
  ModelArguments models;
  bool quiet = false;
  int jobs = 0;  ///< threads that read pictures; 0: as many as compute
  Machine machine;

  void add_folders(const Options& command);
  void add_run(const Options& command);
  /// The folders; "-" is a list of names on standard input. Throws UsageError of none, which names
  /// the command.
  std::vector<std::string> folders(const std::string& command) const;
};

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
  bool recaption = false;
  const char* label = "album";  ///< of the progress
  album::Digest digest = {};
};

/// Captions what is queued (album::index_queue) with the model that is asked for, with progress and
/// warnings on standard error. `model_row` makes the row of the model.
album::IndexCounts caption_pictures(
    database::Connection& connection, const PictureScans& scans, const FolderArguments& arguments,
    Device device, const Language& language, album::Keeper& keeper, const PictureRun& run,
    const std::function<std::int64_t(const Ensemble&, const std::vector<std::string>&)>& model_row);

/// What a command ends with that described pictures: kBadInput where there were some, and none
/// could be read.
ExitCode described_exit_code(const PictureScans& scans, const album::IndexCounts& counts);

}  // namespace storyteller
