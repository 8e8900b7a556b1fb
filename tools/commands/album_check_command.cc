// `storyteller album stats` and `check`: what an album holds, and whether all of it is well.
#include <iostream>
#include <memory>
#include <string>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/json_line.h"
#include "core/text/json_name.h"
#include "core/text/number_format.h"
#include "tools/apps/album/album_file.h"
#include "tools/apps/album/check.h"
#include "tools/commands/album_arguments.h"
#include "tools/commands/album_output.h"

namespace storyteller {
namespace {

using album::AlbumStatistics;
using album::Connection;
using Json = nlohmann::ordered_json;

struct StatsArguments {
  AlbumPlace place;
  bool json = false;
};

void print_json(const std::string& file, const AlbumStatistics& stats) {
  Json json;
  set_name(json, "album", file);
  json["pictures"] = stats.pictures;
  json["queued"] = stats.queued;
  json["bad"] = stats.bad;
  json["missing"] = stats.missing;
  json["sure"] = stats.sure;
  json["likely"] = stats.likely;
  json["unsure"] = stats.unsure;
  json["no_photograph"] = stats.no_photograph;
  json["terms"] = stats.terms;
  json["postings"] = stats.postings;
  json["vectors"] = stats.vectors;
  json["bytes"] = stats.bytes;
  const auto list = [&](const char* key, const auto& counted) {
    json[key] = Json::array();
    for (const auto& one : counted) {
      Json& item = json[key].emplace_back();
      set_name(item, "name", one.name);
      item["pictures"] = one.pictures;
    }
  };
  list("roots", stats.roots);
  list("models", stats.models);
  std::cout << json_line(json);
}

int stats(const StatsArguments& arguments) {
  const auto connection = album::open_album(arguments.place.db, Connection::Access::kRead);
  const AlbumStatistics stats = album::statistics(*connection);
  if (arguments.json) {
    print_json(connection->file().string(), stats);
    return 0;
  }
  const auto line = [](const char* what, std::int64_t count, const std::string& more = "") {
    std::cout << grouped(static_cast<size_t>(count)) << '\t' << what << more << '\n';
  };
  line("pictures", stats.pictures,
       ": " + grouped(static_cast<size_t>(stats.queued)) + " wait, " +
           grouped(static_cast<size_t>(stats.bad)) + " bad, " +
           grouped(static_cast<size_t>(stats.missing)) + " missing");
  line("sentences that are sure", stats.sure);
  line("likely", stats.likely);
  line("unsure", stats.unsure,
       ", " + grouped(static_cast<size_t>(stats.no_photograph)) + " of no photograph");
  line("words", stats.terms);
  line("words of pictures", stats.postings);
  line("vectors", stats.vectors);
  line("bytes", stats.bytes, ": " + printable_path(connection->file().string()));
  for (const auto& root : stats.roots) line("in ", root.pictures, shown_name(root.name));
  for (const auto& model : stats.models) line("by ", model.pictures, shown_name(model.name));
  return 0;
}

int check(const AlbumPlace& place) {
  const auto connection = album::open_album(place.db, Connection::Access::kRead);
  const auto wrong = album::check_album(*connection);
  for (const std::string& what : wrong) std::cout << printable(what, 400) << '\n';
  if (!wrong.empty()) {
    throw InputError(printable_path(connection->file().string()) +
                     ": the album is damaged; restore a copy, or remove it and index again");
  }
  std::cout << "ok: "
            << grouped(static_cast<size_t>(
                   connection->integer("SELECT count(*) FROM picture").value_or(0)))
            << " pictures\n";
  return 0;
}

}  // namespace

void add_album_stats(const Options& album) {
  auto arguments = std::make_shared<StatsArguments>();
  const Options command = album.command("stats", "what the album holds");
  command.flag("--json", arguments->json, "one JSON object");
  arguments->place.add_options(command);
  command.runs([arguments] { return stats(*arguments); });
}

void add_album_check(const Options& album) {
  auto place = std::make_shared<AlbumPlace>();
  const Options command = album.command("check", "whether the album's file is whole");
  place->add_options(command);
  command.runs([place] { return check(*place); });
}

}  // namespace storyteller
