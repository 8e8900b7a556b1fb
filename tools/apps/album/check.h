#pragma once

#include <string>
#include <vector>

#include "tools/apps/album/sqlite.h"

namespace storyteller::album {

/// What is wrong with an album, a line each; nothing where all is well: SQLite's own checks, the
/// text index, counts of terms, captions and vectors of pictures. Reads all of it.
std::vector<std::string> check_album(Connection& connection);

/// What an album holds.
struct AlbumStatistics {
  std::int64_t pictures = 0, queued = 0, bad = 0, missing = 0;
  std::int64_t terms = 0, postings = 0, vectors = 0, bytes = 0;
  std::int64_t sure = 0, likely = 0, unsure = 0, no_photograph = 0;
  struct Counted {
    std::string name;
    std::int64_t pictures = 0;
  };
  std::vector<Counted> roots, models;
};
AlbumStatistics statistics(Connection& connection);

}  // namespace storyteller::album
