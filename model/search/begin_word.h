#pragma once

#include <memory>

#include "model/search/step_model.h"

namespace storyteller {

/// A model whose sentences begin by reading `word` in place of <start>.
std::unique_ptr<StepModel> beginning_with(int word, std::unique_ptr<StepModel> model);

}  // namespace storyteller
