#include "tools/cli/standard_output.h"

#include <cerrno>
#include <iostream>
#include <system_error>

#include "core/error.h"

namespace storyteller {

void flush_standard_output() {
  errno = 0;
  std::cout.flush();
  if (std::cout) return;
  // The stream remembers that an earlier write failed, but not why.
  const std::string cause = errno == 0 ? "the disk may be full or the pipe closed"
                                       : std::generic_category().message(errno);
  throw IoError("cannot write to standard output: " + cause + "; results are missing there");
}

}  // namespace storyteller
