// `storyteller album` of a program that was built without SQLite: it is listed, and says so.
#include <memory>
#include <string>
#include <vector>

#include "core/error.h"
#include "tools/commands/album.h"
#include "tools/commands/finding.h"

namespace storyteller {

void add_album_command(const Options& program) {
  const Options album = program.command("album", "index, tag and search pictures (not built)");
  auto words = std::make_shared<std::vector<std::string>>();
  album.several("words", *words, "not built: install libsqlite3-dev and configure again");
  album.runs([words]() -> int {
    throw DeviceError("album was not built: install libsqlite3-dev and configure again");
  });
}

std::vector<Finding> album_findings() {
  return {{"sqlite", "none: album is left out; install libsqlite3-dev and configure again"}};
}

}  // namespace storyteller
