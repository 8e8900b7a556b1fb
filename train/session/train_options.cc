#include "train/session/train_options.h"

namespace storyteller {

void declare(TrainOptions& options, Config& config) {
  config.add("seed", options.seed, {}, "of weights, order and dropout");
  config.add("precision", options.precision,
             {{"float32", DType::kFloat32}, {"bfloat16", DType::kBFloat16}},
             "that the model computes in; bfloat16 on a GPU alone, with weights kept in float32");
  config.add("epochs", options.epochs, {1, 100000}, "passes over the training captions");
  config.add("batch_size", options.batch_size, {1, 65536}, "captions per step");
  config.add("captions_per_image", options.captions_per_image, {1, 1000},
             "captions of a picture kept together in a batch");
  config.add("train_words", options.max_words, {1, 1000}, "longer training captions are cut");
  config.add("min_count", options.min_count, {1, 1000000}, "rarer words become <unk>");
  config.add("learning_rate", options.learning_rate, {0, 100}, "before the schedule");
  config.add("label_smoothing", options.label_smoothing, {0, 0.999}, "share spread over all words");
  config.add("word_dropout", options.word_dropout, {0, 0.99},
             "share of the words read that become <unk> in training");
  config.add("presence_weight", options.presence_weight, {0, 1000},
             "of the word detector's loss, where the model has one");
  config.add("detector_epochs", options.detector_epochs, {0, 100000},
             "first epochs, in which only the encoder learns, by the word detector");
  config.add("coverage_weight", options.coverage_weight, {0, 1000},
             "of the doubly stochastic attention regulariser");
  config.add("region_reward", options.region_reward, {0, 1000},
             "decoder=hard: weight of the reward that teaches it where to look");
  config.add("region_entropy", options.region_entropy, {0, 1000},
             "decoder=hard: weight of the entropy that keeps it looking around");
  config.add("average_decay", options.average_decay, {0, 0.999999},
             "of the moving average of the weights; 0: off");
  config.add("patience", options.patience, {0, 100000},
             "epochs without a better validation before stopping; 0: never");
  config.add("validation_images", options.validation_images, {0, 100000000},
             "pictures validated after an epoch; 0: all");
  config.add("metrics", options.metrics,
             "of validation: bleu, rouge-l, meteor, cider, plain-cider, spice");
  config.add("selection", options.selection,
             "what selects the best model: a score of those metrics, as cider or bleu_4, or loss");
  config.add("checkpoint_seconds", options.checkpoint_seconds, {0, 1000000},
             "between saves within an epoch; 0: after every step");
  config.add("loader_threads", options.loader_threads, {0, 1024}, "that decode pictures ahead");

  config.add("accumulate", options.accumulate, {1, 65536},
             "parts in which a batch is computed, for less memory; the update is the same");
  config.add("model_type", options.model_type,
             {{"f32", StoredType::kF32}, {"bf16", StoredType::kBF16}, {"f16", StoredType::kF16}},
             "of the numbers in best.storyteller; bf16 and f16 halve the file");

  config.add("encoder_training", options.encoder.from,
             "first layer of a pretrained encoder that learns, e.g. features.7; all or none");
  config.add("encoder_rate", options.encoder.rate, {0, 100},
             "its learning rate, in parts of learning_rate");
  config.add("encoder_frozen_epochs", options.encoder_frozen_epochs, {0, 100000},
             "first epochs, in which a pretrained encoder stays frozen all the same");
  config.add("encoder_cache", options.encoder_cache,
             "run layers that stay frozen once per picture; without effect on cropped pictures");
  config.add("flip", options.augmentation.flip, {0, 1},
             "share of pictures mirrored; none whose captions say left or right");
  config.add("crop", options.augmentation.crop, {0.05, 1},
             "smallest side of a random crop, in parts of the picture's; 1: off");

  OptimizerOptions& optimizer = options.optimizer;
  config.add("optimizer", optimizer.kind,
             {{"sgd", OptimizerKind::kSgd},
              {"nesterov", OptimizerKind::kNesterov},
              {"adam", OptimizerKind::kAdam},
              {"adamw", OptimizerKind::kAdamW}},
             "update rule");
  config.add("momentum", optimizer.momentum, {0, 0.9999}, "of sgd and nesterov");
  config.add("beta1", optimizer.beta1, {0, 0.9999}, "of adam and adamw");
  config.add("beta2", optimizer.beta2, {0, 0.999999}, "of adam and adamw");
  config.add("epsilon", optimizer.epsilon, {1e-30, 1}, "of adam and adamw");
  config.add("weight_decay", optimizer.weight_decay, {0, 10}, "L2, or decoupled for adamw");
  config.add("clip_norm", optimizer.clip_norm, {0, 1e9}, "bound of the gradient's norm; 0: none");
  config.add("clip_value", optimizer.clip_value, {0, 1e9}, "bound of each element; 0: none");

  ScheduleOptions& schedule = options.schedule;
  config.add("schedule", schedule.kind,
             {{"constant", ScheduleKind::kConstant},
              {"cosine", ScheduleKind::kCosine},
              {"step", ScheduleKind::kStep}},
             "of the learning rate");
  config.add("schedule_floor", schedule.floor, {1e-6, 1}, "last factor of cosine");
  config.add("schedule_decay", schedule.decay, {1e-6, 1}, "factor of step");
  config.add("schedule_decay_epochs", schedule.decay_epochs, {1, 100000}, "epochs of step");
  config.add("warmup_steps", schedule.warmup_steps, {0, 100000000}, "of linear rise");
}

}  // namespace storyteller
