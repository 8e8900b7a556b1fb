#include "model/model_options.h"

namespace storyteller {

void declare(ModelOptions& options, Config& config) {
  config.add("encoder", options.encoder,
             "scene_cnn, form_color_cnn or a pretrained network: mobilenet_v2, vgg16, resnet50, "
             "resnet50:layer3, ...");
  declare(options.encoder_choices, config);
  config.add("word_detector", options.word_detector,
             "train the encoder with a word-detection head");
  config.add("concepts", options.concepts.count, {0, 100000},
             "words that are looked for in pictures and shown to the decoder; 0: none");
  config.add("concept_inputs", options.concepts.inputs, {1, 1000},
             "most concepts of a picture that the decoder is shown");
  config.add("concept_threshold", options.concepts.threshold, {0, 1},
             "probability below which a concept is not shown");
  config.add("task", options.task, {{"caption", Task::kCaption}, {"vqa", Task::kVqa}},
             "caption: says sentences; vqa: answers questions");
  declare(options.vqa, config);
  declare(options.decoder, config);
  declare(options.search, config);
}

std::string to_json(const ModelOptions& options) {
  ModelOptions copy = options;
  Config config;
  declare(copy, config);
  // Younger than the format: left out where they say nothing new, so that programs which do not
  // know them read the model, and files of old models stay what they are.
  std::vector<std::string> left_out = keys_left_out(options.search);
  const DecoderOptions old;
  if (options.decoder.kind == old.kind) left_out.emplace_back("decoder");
  if (options.decoder.cell == old.cell) left_out.emplace_back("cell");
  if (options.decoder.kind != DecoderKind::kFixed) left_out.emplace_back("image_input");
  if (options.decoder.kind != DecoderKind::kHard) {
    left_out.insert(left_out.end(), {"semi_sampling", "decoding_region"});
  }
  if (options.concepts.count == 0) {
    left_out.insert(left_out.end(), {"concepts", "concept_inputs", "concept_threshold"});
  }
  if (options.task == Task::kCaption) {
    for (const Config::Entry& entry : config.entries()) {
      if (entry.key == "task" || entry.key.starts_with("vqa.")) left_out.push_back(entry.key);
    }
  }
  return config.to_json(left_out);
}

}  // namespace storyteller
