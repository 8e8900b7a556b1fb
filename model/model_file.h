#pragma once

#include "core/serialization/safetensors.h"
#include "core/serialization/safetensors_writer.h"
#include "model/concepts/concept_table.h"
#include "model/image/preprocess.h"
#include "model/model_options.h"
#include "model/vocabulary.h"
#include "model/vqa/answers.h"

namespace storyteller {

// A model file is a safetensors file of the model's parameters, whose metadata say what they are
// parameters of: version, options, words, and how a picture becomes the input.

/// Version of the layout; files with a greater one are refused.
inline constexpr int kModelFormat = 1;

/// The epochs of the training that the model comes from, in the metadata, where they are known
/// (train/checkpoint.h).
inline constexpr const char* kHistoryKey = "storyteller.history";

/// What a model file says of its model. All throw ModelError naming the file: where it is no model
/// of storyteller, of another version, or damaged.
ModelOptions model_options_of(const SafetensorsFile& file);
Vocabulary vocabulary_of(const SafetensorsFile& file);
Preprocessing preprocessing_of(const SafetensorsFile& file);
/// Throws ModelError that says what to do instead where the model is there for another task.
void require_task(const SafetensorsFile& file, Task task);
/// Empty where the model's options ask for none.
ConceptTable concept_table_of(const SafetensorsFile& file);
/// The same of a model that answers no questions.
Answers answers_of(const SafetensorsFile& file);

/// Says it in a file that is being written.
void describe_model(const ModelOptions& options, const Vocabulary& vocabulary,
                    const Preprocessing& preprocessing, SafetensorsWriter& writer);
void describe_concepts(const ConceptTable& table, SafetensorsWriter& writer);
void describe_answers(const Answers& answers, SafetensorsWriter& writer);

}  // namespace storyteller
