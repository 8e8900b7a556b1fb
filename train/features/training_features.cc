#include "train/features/training_features.h"

namespace storyteller {

TrainingFeatures TrainingFeatures::prepare(const SplitData& train, const SplitData& validation,
                                           Captioner& captioner, const TrainOptions& options,
                                           int64_t validated, const std::string& folder,
                                           const PreparationObserver& observer, BadPictures& bad) {
  TrainingFeatures features;
  if (!is_pretrained(captioner.options().encoder)) return features;
  const bool flips = options.augmentation.flip > 0;
  const auto make = [&](const SplitData& split, bool layers, bool mirrored) {
    return split.prepare(captioner, folder, observer, bad,
                         {.frozen_layers_only = layers, .mirrored = mirrored});
  };
  const bool fine_tunes = captioner.fine_tunes_encoder();
  if (!fine_tunes || validated < options.encoder_frozen_epochs) {
    features.train = make(train, false, false);
    if (flips) features.train_mirrored = make(train, false, true);
    features.validation = make(validation, false, false);
  }
  if (!fine_tunes || !options.encoder_cache || captioner.first_trained_layer() == 0)
    return features;
  features.validation_layers = make(validation, true, false);
  if (options.augmentation.crop < 1) return features;  // training sees no picture twice
  features.train_layers = make(train, true, false);
  if (flips) features.train_layers_mirrored = make(train, true, true);
  return features;
}

TrainingData TrainingFeatures::data(const SplitData& train_split,
                                    const SplitData& validation_split) const {
  return {.train = *train_split.dataset,
          .train_captions = *train_split.captions,
          .train_features = train.get(),
          .validation = *validation_split.dataset,
          .validation_captions = *validation_split.captions,
          .validation_features = validation.get(),
          .train_mirrored = train_mirrored.get(),
          .train_layers = {train_layers.get(), train_layers_mirrored.get()},
          .validation_layers = {validation_layers.get(), nullptr}};
}

}  // namespace storyteller
