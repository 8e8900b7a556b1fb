// `storyteller album index`: captions new and changed pictures into an album.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "core/system/signals.h"
#include "core/text/number_format.h"
#include "model/ensemble.h"
#include "tools/apps/album/album_file.h"
#include "tools/apps/album/index_run.h"
#include "tools/apps/album/picture_words.h"
#include "tools/apps/album/scan.h"
#include "tools/apps/album/store.h"
#include "tools/cli/exit_code.h"
#include "tools/commands/album_arguments.h"
#include "tools/commands/album_folders.h"
#include "tools/commands/command.h"
#include "tools/commands/common_options.h"
#include "tools/commands/model_arguments.h"
#include "tools/commands/people_arguments.h"
#include "tools/commands/stopped.h"

namespace storyteller {
namespace {

using album::Connection;

struct IndexArguments {
  AlbumPlace place;
  FolderArguments pictures;
  bool prune = false, recaption = false;
};

size_t prune(Connection& connection, const PictureScans& scans, album::Store& store) {
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

album::IndexCounts caption_queue(Connection& connection, const PictureScans& scans,
                                 const IndexArguments& arguments, const Device device,
                                 const Language& language, album::Store& store) {
  if (album::queued(connection, scans.roots) == 0) return {};
  std::int64_t model = 0;
  const auto counts =
      caption_pictures(connection, scans, arguments.pictures, device, language, store,
                       {.recaption = arguments.recaption},
                       [&](const Ensemble& ensemble, const std::vector<std::string>& files) {
                         return model = model_row(connection, store, ensemble, files, language);
                       });
  warn_of_other_models(connection, model);
  return counts;
}

int index(const IndexArguments& arguments) {
  catch_stop_signals();
  const std::vector<std::string> folders = arguments.pictures.folders("album index");
  const Device device = arguments.pictures.machine.start(/*verbose=*/false);
  const auto connection = album::open_album(arguments.place.db, Connection::Access::kCreate);
  const Language language = Language::open();
  if (!language.has_wordnet()) {
    report_warning("WordNet is not there: words are taken as they stand; install wordnet-base",
                   std::cerr);
  }
  album::Store store(*connection, language);
  const PictureScans scans = scan_folders(*connection, folders, arguments.recaption);
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
  return static_cast<int>(described_exit_code(scans, counts));
}

}  // namespace

void add_album_index(const Options& album) {
  auto arguments = std::make_shared<IndexArguments>();
  const Options command = album.command("index", "caption new and changed pictures of folders");
  arguments->pictures.add_folders(command);
  arguments->place.add_options(command);
  command.flag("--prune", arguments->prune, "forget pictures that are missing");
  command.flag("--recaption", arguments->recaption, "also what is not changed");
  arguments->pictures.add_run(command);
  command.runs([arguments] { return index(*arguments); });
}

}  // namespace storyteller
