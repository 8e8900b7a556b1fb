#pragma once

#include <cstddef>
#include <string>

#include "model/model_options.h"
#include "train/data/dataset.h"

namespace storyteller {

/// What the user should know of captions without pictures among those of a training, "" where there
/// is nothing. Throws UsageError where what learns has to see a picture for every caption: a word
/// detector, or students of teachers.
std::string check_text_captions(const Dataset& train, const ModelOptions& model, size_t teachers);

}  // namespace storyteller
