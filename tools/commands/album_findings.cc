#include "tools/apps/album/xmp.h"
#include "tools/apps/database/sqlite.h"
#include "tools/apps/review/policy_yaml.h"
#include "tools/commands/finding.h"

namespace storyteller {

std::vector<Finding> album_findings() {
  const bool text = database::has_fts5();
  const std::string exempi = album::exempi_version(), yaml = review::yaml_version();
  return {{"sqlite", database::sqlite_version() + " (FTS5 " + (text ? "yes)" : "no)"), text,
           text ? "" : "install the distribution's libsqlite3-0: album needs its full-text search"},
          {"exempi", exempi.empty() ? "none: album export --xmp is left out; install libexempi-dev "
                                      "and configure again"
                                    : exempi},
          {"yaml-cpp", yaml.empty() ? "none: review reads policies in JSON alone; install "
                                      "libyaml-cpp-dev and configure again"
                                    : yaml}};
}

}  // namespace storyteller
