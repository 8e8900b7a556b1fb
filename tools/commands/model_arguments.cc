#include "tools/commands/model_arguments.h"

#include "core/system/program_file.h"
#include "model/shipped_model.h"
#include "tools/commands/common_options.h"

namespace storyteller {

void ModelArguments::add_options(const Options& command) {
  command.repeated("--model", models_, std::string(kModelHelp) + "; repeat it for an ensemble");
}

std::vector<std::string> ModelArguments::files() const {
  if (models_.empty()) return {model_to_use("", program_file())};
  std::vector<std::string> files;
  for (const std::string& model : models_) files.push_back(model_to_use(model, program_file()));
  return files;
}

}  // namespace storyteller
