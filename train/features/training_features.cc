#include "train/features/training_features.h"

namespace storyteller {

TrainingFeatures TrainingFeatures::prepare(const SplitData& train,
                                           std::span<const SplitData> validation,
                                           Captioner& captioner, const TrainOptions& options,
                                           int64_t validated, const std::string& folder,
                                           const PreparationObserver& observer, BadPictures& bad) {
  TrainingFeatures features;
  features.validation.resize(validation.size());
  if (!is_pretrained(captioner.options().encoder)) return features;
  const bool flips = options.augmentation.flip > 0;
  const auto make = [&](const SplitData& split, bool layers, bool mirrored) {
    return split.prepare(captioner, folder, observer, bad,
                         {.frozen_layers_only = layers, .mirrored = mirrored});
  };
  const bool fine_tunes = captioner.fine_tunes_encoder(), crops = options.augmentation.crop < 1;
  if (!fine_tunes || validated < options.encoder_frozen_epochs) {
    // Crops are encoded anew; the epochs before the encoder learns do without them.
    if (fine_tunes || !crops) {
      features.train = make(train, false, false);
      if (flips) features.train_mirrored = make(train, false, true);
    }
    for (size_t s = 0; s < validation.size(); ++s) {
      features.validation[s].features = make(validation[s], false, false);
    }
  }
  if (!fine_tunes || !options.encoder_cache || captioner.first_trained_layer() == 0)
    return features;
  for (size_t s = 0; s < validation.size(); ++s) {
    features.validation[s].layers = make(validation[s], true, false);
  }
  if (crops) return features;  // training sees no picture twice
  features.train_layers = make(train, true, false);
  if (flips) features.train_layers_mirrored = make(train, true, true);
  return features;
}

TrainingData TrainingFeatures::data(const SplitData& train_split,
                                    std::span<const SplitData> validation_splits) const {
  TrainingData data{.train = *train_split.dataset,
                    .train_captions = *train_split.captions,
                    .train_features = train.get(),
                    .validation = {},
                    .train_mirrored = train_mirrored.get(),
                    .train_layers = {train_layers.get(), train_layers_mirrored.get()}};
  for (size_t s = 0; s < validation_splits.size(); ++s) {
    const SplitData& split = validation_splits[s];
    data.validation.push_back({.name = split.name,
                               .dataset = *split.dataset,
                               .captions = *split.captions,
                               .features = validation[s].features.get(),
                               .layers = {validation[s].layers.get(), nullptr}});
  }
  return data;
}

}  // namespace storyteller
