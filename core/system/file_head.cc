#include "core/system/file_head.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

namespace storyteller {

std::string file_head(const std::filesystem::path& path, std::size_t most) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (file < 0) return {};
  std::string head(most, '\0');
  const ssize_t got = ::read(file, head.data(), head.size());
  ::close(file);
  head.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  return head;
}

}  // namespace storyteller
