#pragma once

#include <filesystem>
#include <string>

#include "tools/cli/options.h"

namespace storyteller {

/// --db of all album commands.
struct AlbumPlace {
  std::filesystem::path db;
  void add_options(const Options& command);
};

/// Each adds one command to `album`.
void add_album_index(const Options& album);
void add_album_search(const Options& album);
void add_album_similar(const Options& album);
void add_album_duplicates(const Options& album);
void add_album_tags(const Options& album);
void add_album_tag(const Options& album);
void add_album_show(const Options& album);
void add_album_stats(const Options& album);
void add_album_check(const Options& album);
void add_album_export(const Options& album);
void add_album_gallery(const Options& album);

}  // namespace storyteller
