// `storyteller album` of a program that was built without SQLite: it is listed, and says so.
#include "tools/commands/album.h"
#include "tools/commands/finding.h"
#include "tools/commands/left_out.h"

namespace storyteller {

void add_album_command(const Options& program) {
  add_left_out_command(program, "album", "index, tag and search pictures", "libsqlite3-dev");
}

std::vector<Finding> album_findings() {
  return {{"sqlite", "none: album is left out; install libsqlite3-dev and configure again"}};
}

}  // namespace storyteller
