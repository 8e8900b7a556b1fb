// `storyteller review` of a program that was built without SQLite: it is listed, and says so.
#include "tools/commands/left_out.h"
#include "tools/commands/review.h"

namespace storyteller {

void add_review_command(const Options& program) {
  add_left_out_command(program, "review", "find pictures that a person should look at",
                       "libsqlite3-dev");
}

}  // namespace storyteller
