// `storyteller album index`: captions new and changed pictures into an album.
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/system/environment.h"
#include "core/system/printable.h"
#include "core/system/signals.h"
#include "core/system/threads.h"
#include "core/text/number_format.h"
#include "model/ensemble.h"
#include "tools/apps/album/album_file.h"
#include "tools/apps/album/index_run.h"
#include "tools/apps/album/picture_words.h"
#include "tools/apps/album/scan.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/progress.h"
#include "tools/commands/album_arguments.h"
#include "tools/commands/choice_arguments.h"
#include "tools/commands/command.h"
#include "tools/commands/common_options.h"
#include "tools/commands/model_arguments.h"
#include "tools/commands/name_list.h"
#include "tools/commands/people_arguments.h"
#include "tools/commands/stopped.h"

namespace storyteller {
namespace {

using album::Connection;
using album::ScanResult;

struct IndexArguments {
  AlbumPlace place;
  std::vector<std::string> folders;
  ModelArguments models;
  bool prune = false, recaption = false, quiet = false;
  int jobs = 0;
  Machine machine;
};

/// What is asked for; "-" is a list of names on standard input.
std::vector<std::string> asked_folders(const IndexArguments& arguments) {
  std::vector<std::string> folders;
  for (const std::string& folder : arguments.folders) {
    if (folder != "-") {
      folders.push_back(folder);
      continue;
    }
    NameList names(0);
    while (auto name = names.next()) folders.push_back(std::move(*name));
  }
  if (folders.empty()) {
    throw UsageError(
        "no folder is named; name folders of pictures (see storyteller album index "
        "--help)");
  }
  return folders;
}

struct Scans {
  std::vector<std::int64_t> roots;
  std::vector<std::int64_t> unmounted;
  size_t found = 0, missing = 0;
};

Scans scan_all(Connection& connection, const std::vector<std::string>& folders, bool recaption) {
  Scans scans;
  for (const std::string& folder : folders) {
    const ScanResult result = album::scan(connection, folder, {.recaption = recaption});
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

size_t prune(Connection& connection, const Scans& scans, album::Store& store) {
  constexpr int kDays = 30;
  std::vector<std::int64_t> gone;
  for (const std::int64_t root : scans.roots) {
    const bool unmounted =
        std::find(scans.unmounted.begin(), scans.unmounted.end(), root) != scans.unmounted.end();
    const auto missing =
        album::missing_pictures(connection, {root}, unmounted ? album::utc_days_ago(kDays) : "");
    gone.insert(gone.end(), missing.begin(), missing.end());
  }
  for (size_t begin = 0; begin < gone.size(); begin += album::kBatch) {
    album::Transaction transaction(connection);
    for (size_t i = begin; i < std::min(begin + album::kBatch, gone.size()); ++i) {
      store.remove(gone[i]);
    }
    store.flush();
    transaction.commit();
  }
  return gone.size();
}

/// Where a model comes from and how sure it may be, for its row.
std::int64_t model_row(Connection& connection, album::Store& store, const Ensemble& ensemble,
                       const std::vector<std::string>& files, const Language& language) {
  std::string name, calibration;
  for (const std::string& file : files) {
    name += (name.empty() ? "" : "+") + std::filesystem::absolute(file).string();
  }
  if (const Confidence* confidence = ensemble.confidence()) {
    calibration = confidence->values().fitted.data + " " + confidence->values().fitted.split;
  }
  std::string digits = model_digits(ensemble);
  if (digits.empty()) digits = name;
  album::Transaction transaction(connection);
  const std::int64_t id = store.model(digits, name, calibration,
                                      album::known_words(language, ensemble.vocabulary().words()));
  transaction.commit();
  return id;
}

void warn_of_other_models(Connection& connection, std::int64_t model) {
  const auto others =
      connection.integer("SELECT count(*) FROM caption WHERE model <> " + std::to_string(model));
  if (others.value_or(0) == 0) return;
  report_warning(grouped(static_cast<size_t>(*others)) +
                     " pictures were described by another model; --recaption describes them anew",
                 std::cerr);
}

album::IndexCounts caption_queue(Connection& connection, const Scans& scans,
                                 const IndexArguments& arguments, const Device device,
                                 const Language& language, album::Store& store) {
  const std::int64_t waiting = album::queued(connection, scans.roots);
  if (waiting == 0) return {};
  const std::vector<std::string> files = arguments.models.files();
  Ensemble ensemble = Ensemble::load(files, device);
  const std::string warning = uncalibrated_warning(ensemble, files);
  if (!warning.empty()) report_warning(warning, std::cerr);
  const std::int64_t model = model_row(connection, store, ensemble, files, language);
  album::Describer describer(captioning_of(ensemble, SearchArguments{}, WordArguments{}, Choice{}),
                             language);
  ProgressStyle style = ProgressStyle::detect(2);
  style.plain_interval = 30;
  std::optional<Progress> progress;
  if (!arguments.quiet) progress.emplace(std::cerr, style);
  const auto counts = album::index_queue(
      connection, scans.roots, describer, store, model,
      {.jobs = arguments.jobs > 0 ? arguments.jobs : threads_in_force(),
       .recaption = arguments.recaption,
       .bad =
           [](const std::string& path, const std::string& why) {
             report_warning(printable_path(path) + ": " + why, std::cerr);
           },
       .progress =
           [&](const album::IndexCounts& done) {
             if (!progress) return;
             progress->update(
                 {.label = "album",
                  .done = static_cast<std::int64_t>(done.captioned + done.bad + done.unchanged),
                  .total = waiting,
                  .unit = "pictures"});
           }});
  if (progress) progress->finish();
  warn_of_other_models(connection, model);
  return counts;
}

int index(const IndexArguments& arguments) {
  catch_stop_signals();
  const std::vector<std::string> folders = asked_folders(arguments);
  const Device device = arguments.machine.start(/*verbose=*/false);
  const auto connection = album::open_album(arguments.place.db, Connection::Access::kCreate);
  const Language language = Language::open();
  if (!language.has_wordnet()) {
    report_warning("WordNet is not there: words are taken as they stand; install wordnet-base",
                   std::cerr);
  }
  album::Store store(*connection, language);
  const Scans scans = scan_all(*connection, folders, arguments.recaption);
  const auto counts = caption_queue(*connection, scans, arguments, device, language, store);
  const size_t pruned = arguments.prune && !stop_requested() ? prune(*connection, scans, store) : 0;
  const auto left = static_cast<size_t>(album::queued(*connection, scans.roots));
  if (counts.captioned + counts.bad + pruned > 0) {
    album::Transaction transaction(*connection);
    album::note(*connection, "index",
                std::to_string(counts.captioned) + " new, " + std::to_string(counts.bad) +
                    " bad, " + std::to_string(pruned) + " pruned");
    transaction.commit();
  }
  std::cout << grouped(scans.found) << (scans.found == 1 ? " picture, " : " pictures, ")
            << grouped(counts.captioned) << " new, " << grouped(counts.bad) << " bad";
  if (scans.missing > 0) std::cout << ", " << grouped(scans.missing) << " missing";
  if (pruned > 0) std::cout << ", " << grouped(pruned) << " forgotten";
  if (left > 0) std::cout << ", " << grouped(left) << " left";
  std::cout << '\n';
  if (stop_requested()) return stop_exit_code();
  const bool nothing_good = counts.bad > 0 && counts.captioned == 0 && counts.bad == scans.found;
  return static_cast<int>(nothing_good ? ExitCode::kBadInput : ExitCode::kOk);
}

}  // namespace

void add_album_index(const Options& album) {
  auto arguments = std::make_shared<IndexArguments>();
  const Options command = album.command("index", "caption new and changed pictures of folders");
  command.several("folders", arguments->folders,
                  "folders, with those inside; pictures; or - for names on standard input");
  arguments->place.add_options(command);
  command.flag("--prune", arguments->prune, "forget pictures that are missing");
  command.flag("--recaption", arguments->recaption, "also what is not changed");
  command.number("--jobs", arguments->jobs, "threads that read pictures; 0: as many as compute",
                 {0, 256});
  command.flag("--quiet", arguments->quiet, "no progress");
  arguments->models.add_options(command);
  arguments->machine.add_options(command.group(kMachine));
  command.runs([arguments] { return index(*arguments); });
}

}  // namespace storyteller
