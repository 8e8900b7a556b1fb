#pragma once

#include <string>

#include "model/model_options.h"
#include "train/session/train_options.h"

namespace storyteller {

/// Model and training together.
struct Recipe {
  ModelOptions model;
  TrainOptions train;
};

/// Declares every option of both under its name in configuration files and `--set`.
void declare(Recipe& recipe, Config& config);

/// What does well on a data set ("scenes...", "flickr8k:..."): the defaults of `storyteller train`,
/// on which configuration and flags build. docs/results.md says how they were found.
Recipe recipe_for(const std::string& data_specification);

}  // namespace storyteller
