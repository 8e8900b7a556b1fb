#include "tools/commands/training_caches.h"

namespace storyteller {

TrainingCaches TrainingCaches::prepare(const SplitData& train, const SplitData& validation,
                                       Captioner& captioner, const TrainOptions& options,
                                       int64_t validated, const std::string& folder,
                                       Progress& progress, BadPictures& bad) {
  TrainingCaches caches;
  if (!is_pretrained(captioner.options().encoder)) return caches;
  const bool flips = options.augmentation.flip > 0;
  const auto make = [&](const SplitData& split, bool layers, bool mirrored) {
    return split.prepare(captioner, folder, progress, bad,
                         {.frozen_layers_only = layers, .mirrored = mirrored});
  };
  const bool fine_tunes = captioner.fine_tunes_encoder();
  if (!fine_tunes || validated < options.encoder_frozen_epochs) {
    caches.train = make(train, false, false);
    if (flips) caches.train_mirrored = make(train, false, true);
    caches.validation = make(validation, false, false);
  }
  if (!fine_tunes || !options.encoder_cache || captioner.first_trained_layer() == 0) return caches;
  caches.validation_layers = make(validation, true, false);
  if (options.augmentation.crop < 1) return caches;  // training sees no picture twice
  caches.train_layers = make(train, true, false);
  if (flips) caches.train_layers_mirrored = make(train, true, true);
  return caches;
}

TrainingData TrainingCaches::data(const SplitData& train_split,
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
