#pragma once

#include <cstdint>

#include "core/serialization/safetensors.h"
#include "model/vqa/answers.h"
#include "model/vqa/vqa_options.h"
#include "train/features/split_data.h"

namespace storyteller {

/// Throws UsageError where questions are to be answered and the data ask none, or the other way
/// round.
void require_data_for(Task task, const SplitData& data);

/// What a model that answers questions can answer: as `model`, that it starts from, or, where that
/// is null, the `most` most frequent answers of the data. Empty for another task.
Answers answers_for(Task task, const SafetensorsFile* model, const SplitData& data, int64_t most);

}  // namespace storyteller
