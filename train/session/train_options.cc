#include "train/session/train_options.h"

#include "train/metrics/table.h"

namespace storyteller {

static void declare(ScheduledSamplingOptions& options, Config& config) {
  config.add("scheduled_sampling", options.schedule,
             {{"off", SamplingSchedule::kOff},
              {"linear", SamplingSchedule::kLinear},
              {"exponential", SamplingSchedule::kExponential},
              {"inverse_sigmoid", SamplingSchedule::kInverseSigmoid}},
             "how the probability grows of reading a word of the model's own in training");
  config.add("scheduled_sampling_start", options.start, {0, 100000},
             "epochs before scheduled sampling");
  config.add("scheduled_sampling_every", options.every, {1, 100000},
             "epochs from one probability to the next");
  config.add("scheduled_sampling_rate", options.rate, {0, 1},
             "linear schedule: what is added to the probability each time");
  config.add("scheduled_sampling_decay", options.decay, {0.01, 1000},
             "k of the exponential (below 1) and inverse-sigmoid (at least 1) schedules");
  config.add("scheduled_sampling_max", options.most, {0, 1}, "largest probability");
}

static void declare(SelfCriticalOptions& options, Config& config) {
  config.add("self_critical_epochs", options.epochs, {0, 100000},
             "last epochs, in which the model learns from rewards of captions that it samples");
  config.add("self_critical_samples", options.samples, {1, 1000}, "samples per image");
  config.add("self_critical_reward", options.reward,
             "reward: weighted sum of scores, such as cider or cider:1,bleu_4:0.5");
  config.add("self_critical_baseline", options.baseline,
             {{"leave_one_out", Baseline::kLeaveOneOut},
              {"greedy", Baseline::kGreedy},
              {"mean", Baseline::kMean}},
             "baseline that is subtracted from rewards");
  config.add("self_critical_loss", options.loss,
             {{"policy_gradient", SequenceLoss::kPolicyGradient},
              {"risk", SequenceLoss::kRisk},
              {"softmax_margin", SequenceLoss::kSoftmaxMargin},
              {"ppo", SequenceLoss::kProximal}},
             "sequence-level loss");
  config.add("self_critical_mean", options.mean,
             {{"words", SequenceMean::kWords}, {"captions", SequenceMean::kCaptions}},
             "what the losses policy_gradient and ppo are a mean over");
  config.add("self_critical_clip", options.proximal.clip, {1e-6, 1},
             "ppo: change of a word's probability, relative to the teacher's, that is rewarded");
  config.add("self_critical_divergence", options.proximal.divergence, {0, 1000},
             "ppo: weight of the Kullback-Leibler divergence from the teacher");
  config.add("self_critical_dropout", options.dropout, "sample and learn with dropout");
  config.add("self_critical_anchor", options.anchor, {0, 0.999},
             "share of cross-entropy in the loss of these epochs");
}

void declare(TrainOptions& options, Config& config) {
  config.add("seed", options.seed, {}, "random seed of initial weights, batch order and dropout");
  config.add("precision", options.precision,
             {{"float32", DType::kFloat32}, {"bfloat16", DType::kBFloat16}},
             "arithmetic type; bfloat16 needs a GPU, and keeps master weights in float32");
  config.add("epochs", options.epochs, {1, 100000}, "passes over the training captions");
  config.add("objectives", options.objectives,
             "what captions are learned for, each with its weight: "
             "cross_entropy:0.5,distillation:0.5");
  config.add("batch_size", options.batch_size, {1, 65536}, "captions per step");
  config.add("captions_per_image", options.captions_per_image, {1, 1000},
             "captions of an image kept together in a batch");
  config.add("train_words", options.max_words, {1, 1000},
             "longest training caption in words; longer ones are truncated");
  config.add("min_count", options.min_count, {1, 1000000},
             "occurrences below which a word becomes <unk>");
  config.add("learning_rate", options.learning_rate, {0, 100}, "peak learning rate");
  config.add("label_smoothing", options.label_smoothing, {0, 0.999}, "label smoothing; 0: off");
  config.add("word_dropout", options.word_dropout, {0, 0.99},
             "probability of replacing an input word by <unk>");
  config.add("presence_weight", options.presence_weight, {0, 1000},
             "weight of the word-detection loss, where the model has a detector");
  config.add("detector_epochs", options.detector_epochs, {0, 100000},
             "epochs of word-detector pretraining");
  config.add("concept_weight", options.concept_weight, {0, 1000},
             "weight of the concept-detection loss, where the model has concepts");
  config.add("concept_drop", options.concept_noise.drop, {0, 1},
             "probability that a concept named by a caption is not shown in training");
  config.add("concept_false", options.concept_noise.added, {0, 100},
             "false concepts shown per image in training, on average");
  config.add("coverage_weight", options.coverage_weight, {0, 1000},
             "weight of the doubly stochastic attention regularizer");
  config.add("region_reward", options.region_reward, {0, 1000},
             "decoder=hard: weight of the reward that teaches it where to look");
  config.add("region_entropy", options.region_entropy, {0, 1000},
             "decoder=hard: weight of the entropy that keeps it looking around");
  config.add("average_decay", options.average_decay, {0, 0.999999},
             "decay of the exponential moving average of the weights; 0: off");
  config.add("patience", options.patience, {0, 100000},
             "early stopping: epochs without improvement; 0: off");
  config.add("validation_images", options.validation_images, {0, 100000000},
             "validation images per epoch; 0: all");
  config.add("metrics", options.metrics, "validation metrics: " + metric_names());
  config.add("selection", options.selection,
             "what selects the best epoch: a score of the validation metrics, such as cider or "
             "bleu_4, or loss");
  config.add("selection_over", options.selection_over,
             {{"mean", SelectionOver::kMean}, {"first", SelectionOver::kFirst}},
             "several data sets: select by the mean of their scores, or by the first one's");
  config.add("data_weights", options.data_weights,
             "several data sets: how often an image is seen in an epoch: coco:2,flickr8k:0.5; "
             "others: 1");
  config.add("equal_images", options.equal_images,
             "an image counts the same in cross-entropy and distillation however many captions it "
             "has");
  config.add(
      "style_tokens", options.style_tokens,
      "captions of each data set begin with a token of its own, whose style can be asked for");
  config.add("checkpoint_seconds", options.checkpoint_seconds, {0, 1000000},
             "seconds between checkpoints within an epoch; 0: every step");
  config.add("loader_threads", options.loader_threads, {0, 1024}, "image-decoding threads");

  config.add("accumulate", options.accumulate, {1, 65536},
             "gradient accumulation: micro-batches per batch");
  config.add("model_type", options.model_type,
             {{"f32", StoredType::kF32}, {"bf16", StoredType::kBF16}, {"f16", StoredType::kF16}},
             "storage type of best.storyteller; bf16 and f16 halve the file");

  config.add("encoder_training", options.encoder.from,
             "first layer of a pretrained encoder to fine-tune, e.g. features.7; all or none");
  config.add("encoder_rate", options.encoder.rate, {0, 100},
             "encoder learning rate relative to learning_rate");
  config.add("encoder_frozen_epochs", options.encoder_frozen_epochs, {0, 100000},
             "epochs before a pretrained encoder is unfrozen");
  config.add("encoder_cache", options.encoder_cache,
             "compute frozen layers once per image; no effect on cropped images");
  config.add("flip", options.augmentation.flip, {0, 1},
             "horizontal-flip probability; never for captions that say left or right");
  config.add("crop", options.augmentation.crop, {0.05, 1},
             "smallest random-crop side as a fraction of the image's; 1: no crop");

  config.add("vqa.answers", options.answers, {2, 1000000},
             "task=vqa: most frequent answers that the model can give");
  config.add("vqa.loss", options.answer_loss,
             {{"ce", AnswerLoss::kAgreed}, {"soft", AnswerLoss::kSoft}},
             "task=vqa: cross-entropy of the agreed answer, or each answer by how many gave it");

  declare(options.scheduled_sampling, config);
  declare(options.self_critical, config);

  OptimizerOptions& optimizer = options.optimizer;
  config.add("optimizer", optimizer.kind,
             {{"sgd", OptimizerKind::kSgd},
              {"nesterov", OptimizerKind::kNesterov},
              {"adam", OptimizerKind::kAdam},
              {"adamw", OptimizerKind::kAdamW}},
             "update rule");
  config.add("momentum", optimizer.momentum, {0, 0.9999}, "momentum of sgd and nesterov");
  config.add("beta1", optimizer.beta1, {0, 0.9999}, "decay of the first moment of adam and adamw");
  config.add("beta2", optimizer.beta2, {0, 0.999999},
             "decay of the second moment of adam and adamw");
  config.add("epsilon", optimizer.epsilon, {1e-30, 1}, "epsilon of adam and adamw");
  config.add("weight_decay", optimizer.weight_decay, {0, 10},
             "weight decay: L2, or decoupled for adamw");
  config.add("clip_norm", optimizer.clip_norm, {0, 1e9}, "gradient clipping by norm; 0: off");
  config.add("clip_value", optimizer.clip_value, {0, 1e9}, "gradient clipping by value; 0: off");

  ScheduleOptions& schedule = options.schedule;
  config.add("schedule", schedule.kind,
             {{"constant", ScheduleKind::kConstant},
              {"cosine", ScheduleKind::kCosine},
              {"step", ScheduleKind::kStep}},
             "learning-rate schedule");
  config.add("schedule_floor", schedule.floor, {1e-6, 1}, "final factor of the cosine schedule");
  config.add("schedule_decay", schedule.decay, {1e-6, 1}, "decay factor of the step schedule");
  config.add("schedule_decay_epochs", schedule.decay_epochs, {1, 100000},
             "epochs per decay of the step schedule");
  config.add("warmup_steps", schedule.warmup_steps, {0, 100000000}, "linear warm-up steps");
}

}  // namespace storyteller
