#include "tools/commands/album_folders.h"

#include <algorithm>
#include <iostream>
#include <optional>
#include <utility>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/system/threads.h"
#include "core/text/number_format.h"
#include "tools/apps/album/claims.h"
#include "tools/apps/album/scan.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/progress.h"
#include "tools/commands/choice_arguments.h"
#include "tools/commands/common_options.h"
#include "tools/commands/name_list.h"
#include "tools/commands/people_arguments.h"
#include "tools/commands/search_arguments.h"
#include "tools/commands/word_arguments.h"

namespace storyteller {

void FolderArguments::add_folders(const Options& command) {
  command.several("folders", asked,
                  "folders, with those inside; pictures; or - for names on standard input");
}

void FolderArguments::add_run(const Options& command) {
  command.number("--jobs", jobs, "threads that read pictures; 0: as many as compute", {0, 256});
  command.flag("--quiet", quiet, "no progress");
  models.add_options(command);
  machine.add_options(command.group(kMachine));
}

std::vector<std::string> FolderArguments::folders(const std::string& command) const {
  std::vector<std::string> folders;
  for (const std::string& folder : asked) {
    if (folder != "-") {
      folders.push_back(folder);
      continue;
    }
    NameList names(0);
    while (auto name = names.next()) folders.push_back(std::move(*name));
  }
  if (folders.empty()) {
    throw UsageError("no folder is named; name folders of pictures (see storyteller " + command +
                     " --help)");
  }
  return folders;
}

PictureScans scan_folders(database::Connection& connection, const std::vector<std::string>& folders,
                          bool recaption) {
  PictureScans scans;
  for (const std::string& folder : folders) {
    const album::ScanResult result = album::scan(connection, folder, {.recaption = recaption});
    if (std::find(scans.roots.begin(), scans.roots.end(), result.root) == scans.roots.end()) {
      scans.roots.push_back(result.root);
    }
    scans.found += result.found;
    scans.missing += result.missing;
    for (const std::string& what : result.unreadable) report_warning(what, std::cerr);
    if (result.found == 0 && result.missing == 0) {
      report_warning(printable_path(folder) + ": holds no JPEG or PNG", std::cerr);
    }
    if (!result.unmounted) continue;
    scans.unmounted.push_back(result.root);
    report_warning(printable_path(folder) + ": " + grouped(result.missing) +
                       " pictures that were there are missing, as of a disk that is not mounted; "
                       "they are kept for 30 days",
                   std::cerr);
  }
  return scans;
}

album::IndexCounts caption_pictures(
    database::Connection& connection, const PictureScans& scans, const FolderArguments& arguments,
    const Device device, const Language& language, album::Keeper& keeper, const PictureRun& run,
    const std::function<std::int64_t(const Ensemble&, const std::vector<std::string>&)>&
        model_row) {
  const std::int64_t waiting = album::queued(connection, scans.roots);
  if (waiting == 0) return {};
  const std::vector<std::string> files = arguments.models.files();
  Ensemble ensemble = Ensemble::load(files, device);
  const std::string warning = uncalibrated_warning(ensemble, files);
  if (!warning.empty()) report_warning(warning, std::cerr);
  const std::int64_t model = model_row(ensemble, files);
  album::Describer describer(captioning_of(ensemble, SearchArguments{}, WordArguments{}, Choice{}),
                             language, run.digest);
  ProgressStyle style = ProgressStyle::detect(2);
  style.plain_interval = 30;
  std::optional<Progress> progress;
  if (!arguments.quiet) progress.emplace(std::cerr, style);
  const auto counts = album::index_queue(
      connection, scans.roots, describer, keeper, model,
      {.jobs = arguments.jobs > 0 ? arguments.jobs : threads_in_force(),
       .recaption = run.recaption,
       .bad =
           [](const std::string& path, const std::string& why) {
             report_warning(printable_path(path) + ": " + why, std::cerr);
           },
       .progress =
           [&](const album::IndexCounts& done) {
             if (!progress) return;
             progress->update(
                 {.label = run.label,
                  .done = static_cast<std::int64_t>(done.captioned + done.bad + done.unchanged),
                  .total = waiting,
                  .unit = "pictures"});
           }});
  if (progress) progress->finish();
  return counts;
}

ExitCode described_exit_code(const PictureScans& scans, const album::IndexCounts& counts) {
  const bool nothing_good = counts.bad > 0 && counts.captioned == 0 && counts.bad == scans.found;
  return nothing_good ? ExitCode::kBadInput : ExitCode::kOk;
}

}  // namespace storyteller
