#pragma once

#include <filesystem>
#include <string>

#include "model/model_options.h"
#include "train/train_options.h"

namespace storyteller {

/// Model and training together.
struct Recipe {
  ModelOptions model;
  TrainOptions train;
};

/// What does well on a data set ("scenes...", "flickr8k:..."): the defaults of `storyteller train`,
/// on which configuration and flags build. docs/results.md says how they were found.
Recipe recipe_for(const std::string& data_specification);

/// The file of a pretrained encoder's weights: `given`, else encoders/NAME... in the folder
/// STORYTELLER_DATA, else beside the data set's folder. Throws UsageError that names the places
/// searched and the option.
std::filesystem::path pretrained_weights(const std::string& encoder, const std::string& given,
                                         const std::string& data_specification);

}  // namespace storyteller
