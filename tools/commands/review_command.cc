// `storyteller review`: a machine proposes which pictures a person should look at; people decide.
#include "tools/commands/review.h"

#include <pwd.h>
#include <unistd.h>

#include "core/error.h"
#include "core/system/environment.h"
#include "tools/commands/review_arguments.h"

namespace storyteller {

void ReviewPlace::add_options(const Options& command) {
  command.text("--db", db,
               "the review's file; by default XDG_DATA_HOME/storyteller/review.db, else "
               "~/.local/share/storyteller/review.db; the log of decisions lies beside it");
}

void ReviewPerson::add_options(const Options& command) {
  command.text("--by", by, "your name; by default the one that you are logged in with");
}

std::string ReviewPerson::name() const {
  constexpr size_t kLongest = 200;
  std::string name = by.empty() ? environment("USER") : by;
  if (name.empty()) {
    if (const passwd* user = ::getpwuid(::getuid())) name = user->pw_name;
  }
  if (name.empty()) throw UsageError("nobody knows who decides; --by NAME tells");
  if (name.size() > kLongest) throw UsageError("--by: is longer than a name");
  return name;
}

void add_review_command(const Options& program) {
  const Options review = program.command(
      "review", "find pictures that a person should look at, and keep what was decided");
  add_review_policy(review);
  add_review_scan(review);
  add_review_queue(review);
  add_review_show(review);
  add_review_decide(review);
  add_review_undo(review);
  add_review_report(review);
  add_review_verify(review);
}

}  // namespace storyteller
