#pragma once

#include <cstdint>
#include <string>

#include "core/config.h"
#include "core/dtype.h"
#include "core/serialization/stored_type.h"
#include "model/encoder/encoder_training.h"
#include "train/concepts/concept_noise.h"
#include "train/data/augmentation.h"
#include "train/objectives/self_critical_options.h"
#include "train/optimization/optimizer.h"
#include "train/optimization/schedule.h"
#include "train/scheduled_sampling.h"
#include "train/selection.h"

namespace storyteller {

/// What answers to questions are learned by: the answer that people agree on, or each by how many
/// gave it.
enum class AnswerLoss : int { kAgreed, kSoft };

/// The recipe of a run: cross-entropy training, design and defaults after Xu 2015 and what did best
/// on Flickr8k's validation split.
struct TrainOptions {
  uint64_t seed = 1;
  DType precision = DType::kFloat32;  ///< that the model computes in; bfloat16 on a GPU alone
  int epochs = 10;
  std::string objectives = "cross_entropy";  ///< that captions are learned for, see
                                             ///< parse_objectives
  int batch_size = 64;                       ///< captions per step
  int captions_per_image = 1;  ///< kept together in a batch, so that they share features
  int max_words = 20;          ///< longer captions are cut
  int min_count = 5;           ///< rarer words become <unk>
  bool equal_images = false;   ///< see EncodingOptions
  bool style_tokens = false;   ///< captions of each data set begin with a token of its own
  double learning_rate = 5e-4;
  double label_smoothing = 0;
  double word_dropout = 0;      ///< share of the words read that become <unk>
  double presence_weight = 10;  ///< of the word detector's loss, where the model has one
  int64_t detector_epochs =
      0;  ///< first epochs, in which the word detector learns alone; never the last
  double concept_weight = 10;  ///< of the loss of a model's detector of concepts
  ConceptNoise concept_noise;
  double coverage_weight = 1;     ///< of the doubly stochastic regulariser
  double region_reward = 1;       ///< of hard attention (Xu 2015, lambda_r)
  double region_entropy = 0.002;  ///< of hard attention (Xu 2015, lambda_e)
  double average_decay = 0;   ///< of the moving average of the weights that is validated and kept
  int patience = 3;           ///< epochs without a better validation before the run ends; 0: off
  int validation_images = 0;  ///< 0: all
  std::string metrics = "bleu,rouge-l,cider";  ///< of validation, see parse_metrics
  std::string selection = "cider";  ///< of the best epoch: the key of one of their scores, or loss
  SelectionOver selection_over = SelectionOver::kMean;  ///< where several data sets are validated
  std::string data_weights;                  ///< of data sets, see take_weights; "": all are 1
  int checkpoint_seconds = 300;              ///< between saves within an epoch; 0: after every step
  StoredType model_type = StoredType::kF32;  ///< of the numbers in best.storyteller
  EncoderTraining encoder;                   ///< of a pretrained encoder
  int encoder_frozen_epochs = 0;  ///< first epochs, in which a pretrained encoder stays frozen
  bool encoder_cache = true;      ///< its frozen layers run once per picture, not in every step
  AugmentationOptions augmentation;
  int accumulate = 1;      ///< micro-batches per batch
  int loader_threads = 1;  ///< that decode pictures ahead; 0: none
  int64_t answers = 3000;  ///< task=vqa: that a model can give, the most frequent ones
  AnswerLoss answer_loss = AnswerLoss::kAgreed;
  ScheduledSamplingOptions scheduled_sampling;
  SelfCriticalOptions self_critical;
  OptimizerOptions optimizer;
  ScheduleOptions schedule;
};

/// Declares every option under its name in configuration files and `--set`.
void declare(TrainOptions& options, Config& config);

}  // namespace storyteller
