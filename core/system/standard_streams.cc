#include "core/system/standard_streams.h"

#include <fcntl.h>
#include <unistd.h>

#include <initializer_list>

namespace storyteller {

void occupy_closed_standard_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(stream, F_GETFD) != -1) continue;
    // The lowest free number is this one: those below are taken.
    if (::open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0) return;
  }
}

}  // namespace storyteller
