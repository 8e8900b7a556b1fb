#include "core/system/home.h"

#include <cstdlib>
#include <string>
#include <system_error>

namespace storyteller {

std::filesystem::path expand_home(const std::filesystem::path& path) {
  const std::string& text = path.native();
  const char* home = std::getenv("HOME");
  std::error_code failure;
  if (home == nullptr || *home == '\0' || !(text == "~" || text.starts_with("~/")) ||
      std::filesystem::exists(path, failure)) {
    return path;
  }
  return home + text.substr(1);
}

}  // namespace storyteller
