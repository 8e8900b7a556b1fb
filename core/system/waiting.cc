#include "core/system/waiting.h"

#include <poll.h>

#include <array>
#include <cerrno>

#include "core/system/signals.h"

namespace storyteller {

void wait_until_readable(int descriptor) {
  while (true) {
    if (stop_requested()) throw Stopped();
    // poll() passes over a negative descriptor.
    std::array<pollfd, 2> waited = {
        pollfd{.fd = descriptor, .events = POLLIN, .revents = 0},
        pollfd{.fd = stop_descriptor(), .events = POLLIN, .revents = 0}};
    if (::poll(waited.data(), waited.size(), /*timeout=*/-1) < 0) {
      if (errno == EINTR) continue;
      return;  // the read that follows says what is wrong
    }
    if (waited[1].revents != 0) continue;
    if (waited[0].revents != 0) return;
  }
}

bool readable_now(int descriptor) {
  pollfd waited{.fd = descriptor, .events = POLLIN, .revents = 0};
  return ::poll(&waited, 1, /*timeout=*/0) != 0;
}

}  // namespace storyteller
