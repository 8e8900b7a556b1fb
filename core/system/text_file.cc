#include "core/system/text_file.h"

#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

#include "core/error.h"

namespace storyteller {

std::string read_text_file(const std::filesystem::path& path) {
  std::error_code failure;
  if (std::filesystem::is_directory(path, failure)) {
    throw InputError(path.string() + ": is a folder; name a file");
  }
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    throw InputError(path.string() +
                     ": cannot be opened: " + std::generic_category().message(errno));
  }
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (in.bad()) throw IoError(path.string() + ": reading failed");
  return text;
}

}  // namespace storyteller
