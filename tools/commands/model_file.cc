#include "tools/commands/model_file.h"

#include <cstdlib>
#include <system_error>

#include "core/error.h"

namespace storyteller {

namespace fs = std::filesystem;

fs::path program_file() {
  std::error_code failure;
  return fs::read_symlink("/proc/self/exe", failure);
}

fs::path shipped_model(const fs::path& program) {
  if (program.empty()) return {};
  const fs::path path = program.parent_path() / STORYTELLER_MODELS_FROM_PROGRAM / kShippedModel;
  std::error_code failure;
  // Through the link of a build folder, so that messages name the source tree's file.
  const fs::path resolved = fs::weakly_canonical(path, failure);
  return failure ? path.lexically_normal() : resolved;
}

std::string model_to_use(const std::string& given) {
  if (!given.empty()) return given;
  std::error_code failure;
  const char* set = std::getenv("STORYTELLER_MODEL");
  if (set != nullptr && *set != '\0') {
    if (fs::exists(set, failure)) return set;
    throw ModelError("STORYTELLER_MODEL: no file at " + std::string(set) +
                     ": correct it, or unset it for the model that comes with storyteller");
  }
  const fs::path shipped = shipped_model();
  if (fs::exists(shipped, failure)) return shipped;
  throw UsageError("no model: --model is not given, STORYTELLER_MODEL is not set, and " +
                   (shipped.empty() ? std::string("where this program lies is not known")
                                    : "there is no " + shipped.string()) +
                   "; name a file by one of the first two: 'storyteller train' makes one");
}

}  // namespace storyteller
