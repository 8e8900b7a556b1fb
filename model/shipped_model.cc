#include "model/shipped_model.h"

#include <cstdlib>
#include <system_error>

#include "core/error.h"
#include "core/system/environment.h"
#include "core/system/missing_file.h"
#include "core/system/printable.h"

namespace storyteller {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kShownBytes = 400;

/// The model of a folder: a training's best one, or the only one. Empty: none, or several.
fs::path model_in(const fs::path& folder) {
  std::error_code failure;
  const fs::path best = folder / "best.storyteller";
  if (fs::exists(best, failure)) return best;
  fs::path only;
  for (const auto& entry : fs::directory_iterator(folder, failure)) {
    if (entry.path().extension() != ".storyteller") continue;
    if (!only.empty()) return {};
    only = entry.path();
  }
  return only;
}

/// The file that a name was meant for which is none: the model in a folder, or one that lies beside
/// the shipped one, by its name alone. Empty where there is no such file.
std::string model_meant_by(const fs::path& name, const fs::path& shipped) {
  std::error_code failure;
  if (fs::is_directory(name, failure)) {
    return printable(model_in(name).string(), kShownBytes);
  }
  if (fs::exists(name, failure) || name.has_parent_path()) return "";
  for (const char* ending : {"", ".storyteller"}) {
    const fs::path beside = shipped.parent_path() / (name.string() + ending);
    if (!shipped.empty() && fs::is_regular_file(beside, failure)) {
      return printable(beside.string(), kShownBytes);
    }
  }
  return "";
}

}  // namespace

fs::path shipped_model(const fs::path& program) {
  if (program.empty()) return {};
  const fs::path path = program.parent_path() / STORYTELLER_MODELS_FROM_PROGRAM / kShippedModel;
  std::error_code failure;
  // Through the link of a build folder, so that messages name the source tree's file.
  const fs::path resolved = fs::weakly_canonical(path, failure);
  return failure ? path.lexically_normal() : resolved;
}

std::string model_to_use(const std::string& given, const fs::path& program) {
  std::error_code failure;
  const fs::path shipped = shipped_model(program);
  if (!given.empty()) {
    if (const std::string meant = model_meant_by(given, shipped); !meant.empty()) {
      throw ModelError(printable(given, kShownBytes) + ": did you mean " + meant + "?");
    }
    return given;
  }
  const std::string set = environment("STORYTELLER_MODEL");
  if (!set.empty()) {
    const std::string meant = model_meant_by(set, shipped);
    if (meant.empty() && fs::exists(set, failure)) return set;
    throw ModelError("STORYTELLER_MODEL: " + printable(set, kShownBytes) + ": " +
                     (meant.empty() ? why_missing(set) : "did you mean " + meant + "?") +
                     "; correct it, or unset it for the model that comes with storyteller");
  }
  if (fs::exists(shipped, failure)) return shipped;
  throw UsageError("no model: `model` is not given, STORYTELLER_MODEL is not set, and " +
                   (shipped.empty() ? std::string("where this program lies is not known")
                                    : "there is no " + printable(shipped.string(), kShownBytes)) +
                   "; name a file by one of the first two: 'storyteller train' makes one");
}

}  // namespace storyteller
