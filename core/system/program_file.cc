#include "core/system/program_file.h"

#include <system_error>

namespace storyteller {

std::filesystem::path program_file() {
  std::error_code failure;
  return std::filesystem::read_symlink("/proc/self/exe", failure);
}

}  // namespace storyteller
