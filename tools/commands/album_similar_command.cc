// `storyteller album similar` and `duplicates`: pictures that look alike.
#include <iostream>
#include <memory>
#include <string>

#include <nlohmann/json.hpp>

#include "core/system/printable_line.h"
#include "core/text/json_line.h"
#include "core/text/json_name.h"
#include "tools/apps/album/album_file.h"
#include "tools/apps/album/duplicates.h"
#include "tools/apps/album/search.h"
#include "tools/commands/album_arguments.h"
#include "tools/commands/album_output.h"
#include "tools/commands/album_picture.h"
#include "tools/commands/common_options.h"

namespace storyteller {
namespace {

using album::Connection;

struct SimilarArguments {
  AlbumPlace place;
  std::string image;
  int limit = 20;
  bool json = false, null = false;
  ModelArguments models;
  Machine machine;
};

int similar(const SimilarArguments& arguments) {
  const auto connection = album::open_album(arguments.place.db, Connection::Access::kRead);
  const AlbumVector like =
      vector_for(*connection, arguments.image, arguments.models, arguments.machine);
  const auto found = album::similar(*connection, like.vector, like.model, like.picture,
                                    static_cast<size_t>(arguments.limit));
  const ListForm form = arguments.json   ? ListForm::kJson
                        : arguments.null ? ListForm::kNames
                                         : ListForm::kLines;
  for (const album::FoundPicture& one : found) {
    if (const auto picture = album::details(*connection, one.picture)) {
      print_found(*picture, one, form);
    }
  }
  if (found.empty()) std::cerr << "nothing is like " << printable_line(arguments.image) << '\n';
  return 0;
}

struct DuplicatesArguments {
  AlbumPlace place;
  bool near = false, json = false;
};

std::vector<album::Fingerprint> fingerprints(Connection& connection) {
  std::vector<album::Fingerprint> pictures;
  album::Statement all(
      connection,
      "SELECT id, size, content, model, dhash FROM picture JOIN caption ON "
      "caption.picture = picture.id WHERE state <> 3 AND content IS NOT NULL ORDER "
      "BY id");
  while (all.step()) {
    pictures.push_back({.picture = all.integer(0),
                        .size = all.integer(1),
                        .content = all.integer(2),
                        .model = all.integer(3),
                        .dhash = static_cast<std::uint64_t>(all.integer(4))});
  }
  return pictures;
}

const char* name_of(album::Kinship kinship) {
  switch (kinship) {
    case album::Kinship::kSameBytes:
      return "same bytes";
    case album::Kinship::kSamePicture:
      return "same picture";
    case album::Kinship::kSimilar:
      return "similar";
  }
  return "";
}

int duplicates(const DuplicatesArguments& arguments) {
  const auto connection = album::open_album(arguments.place.db, Connection::Access::kRead);
  const auto pictures = fingerprints(*connection);
  const album::Vectors vectors(*connection);
  const auto groups = album::duplicate_groups(pictures, vectors, arguments.near);
  for (const album::Group& group : groups) {
    nlohmann::ordered_json json = {{"kinship", name_of(group.kinship)},
                                   {"pictures", nlohmann::ordered_json::array()}};
    if (!arguments.json) std::cout << name_of(group.kinship) << ":\n";
    for (const std::int64_t id : group.pictures) {
      const auto picture = album::details(*connection, id);
      if (!picture) continue;
      if (arguments.json) {
        nlohmann::ordered_json one;
        set_name(one, "image", picture->path);
        one["bytes"] = picture->size;
        json["pictures"].push_back(std::move(one));
      } else {
        std::cout << "  " << picture->size << "\t" << shown_name(picture->path) << '\n';
      }
    }
    if (arguments.json) std::cout << json_line(json);
  }
  if (groups.empty()) {
    std::cerr << (arguments.near ? "no duplicates and nothing similar\n" : "no duplicates\n");
  }
  return 0;
}

}  // namespace

void add_album_similar(const Options& album) {
  auto arguments = std::make_shared<SimilarArguments>();
  const Options command = album.command("similar", "pictures that are like one");
  command.text("image", arguments->image, "a picture, of the album or not").required();
  command.number("--limit", arguments->limit, "pictures at most", {1, 100000});
  command.flag("--json", arguments->json, "one JSON object per picture, a line each");
  command.flag("--null", arguments->null, "names alone, each ended by NUL, for xargs -0");
  arguments->place.add_options(command);
  arguments->models.add_options(command.group(kMachine));
  arguments->machine.add_options(command.group(kMachine));
  command.runs([arguments] { return similar(*arguments); });
}

void add_album_duplicates(const Options& album) {
  auto arguments = std::make_shared<DuplicatesArguments>();
  const Options command =
      album.command("duplicates", "groups of one picture in several files; nothing is deleted");
  command.flag("--near", arguments->near, "also pictures that are similar, such as two shots");
  command.flag("--json", arguments->json, "one JSON object per group, a line each");
  arguments->place.add_options(command);
  command.runs([arguments] { return duplicates(*arguments); });
}

}  // namespace storyteller
