#pragma once

#include <string>
#include <vector>

#include "tools/cli/options.h"

namespace storyteller {

/// --model, once or several times.
class ModelArguments {
 public:
  void add_options(const Options& command);
  /// The models' files, or the shipped one; never none. Throws what model_to_use throws.
  std::vector<std::string> files() const;

 private:
  std::vector<std::string> models_;
};

}  // namespace storyteller
