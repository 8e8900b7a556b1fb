#include "tools/commands/output_file.h"

#include <string>

#include "core/error.h"

namespace storyteller {

void require_folder_of(const char* option, const std::filesystem::path& file) {
  const std::filesystem::path folder = file.parent_path();
  std::error_code failure;
  if (std::filesystem::is_directory(file, failure)) {
    throw IoError(std::string(option) + " " + file.string() + ": that is a folder; name a file");
  }
  if (!folder.empty() && !std::filesystem::is_directory(folder, failure)) {
    throw IoError(std::string(option) + " " + file.string() + ": the folder " + folder.string() +
                  " does not exist; create it first");
  }
}

}  // namespace storyteller
