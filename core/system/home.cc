#include "core/system/home.h"

#include <string>
#include <system_error>

#include "core/system/environment.h"

namespace storyteller {

std::filesystem::path expand_home(const std::filesystem::path& path) {
  const std::string& text = path.native();
  const std::string home = environment("HOME");
  std::error_code failure;
  if (home.empty() || !(text == "~" || text.starts_with("~/")) ||
      std::filesystem::exists(path, failure)) {
    return path;
  }
  return home + text.substr(1);
}

}  // namespace storyteller
