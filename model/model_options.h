#pragma once

#include <string>

#include "core/config.h"
#include "model/concepts/concept_options.h"
#include "model/decoder/decoder_options.h"
#include "model/encoder/encoder_options.h"
#include "model/search/search_options.h"
#include "model/vqa/vqa_options.h"

namespace storyteller {

/// What a model is made of. Kept in every model file; `vocabulary` and `feature_width` of the
/// decoder follow from the words and the encoder.
struct ModelOptions {
  std::string encoder = "mobilenet_v2";  ///< a name of make_encoder()
  EncoderChoices encoder_choices;        ///< how its checkpoint departs from the default
  bool word_detector = false;  ///< trains an encoder to know the captions' words, see WordDetector
  ConceptOptions concepts;
  DecoderOptions decoder;
  Task task = Task::kCaption;
  VqaOptions vqa;        ///< read where the task is kVqa, and the decoder's are not
  SearchOptions search;  ///< what captioning uses unless told otherwise
};

/// Declares every option under its name in configuration files and `--set`.
void declare(ModelOptions& options, Config& config);

/// As model files keep them.
std::string to_json(const ModelOptions& options);

}  // namespace storyteller
