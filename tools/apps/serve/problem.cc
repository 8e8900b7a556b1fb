#include "tools/apps/serve/problem.h"

namespace storyteller::serve {

Problem busy() {
  return Problem(503, "busy", "more pictures wait than this server takes", "try again in a second")
      .with("Retry-After", "1");
}

Problem bad_value(const std::string& member, const std::string& must) {
  return Problem(400, "bad_value", member + ": must be " + must).about(member);
}

}  // namespace storyteller::serve
