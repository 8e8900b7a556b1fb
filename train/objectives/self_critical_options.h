#pragma once

#include <string>

#include "train/objectives/proximal_options.h"
#include "train/objectives/sequence_loss.h"

namespace storyteller {

/// What the loss of a batch is a mean over.
enum class SequenceMean : int {
  kWords,     ///< sampled words: the size of a step does not depend on their number
  kCaptions,  ///< samples: the gradient is that of the expected reward
};

/// Self-critical sequence training (Rennie 2017).
struct SelfCriticalOptions {
  int epochs = 0;                ///< last epochs that are trained so; 0: none
  int samples = 5;               ///< captions drawn for each picture of a batch
  std::string reward = "cider";  ///< see parse_reward
  Baseline baseline = Baseline::kLeaveOneOut;
  SequenceLoss loss = SequenceLoss::kPolicyGradient;
  SequenceMean mean = SequenceMean::kWords;  ///< of policy and proximal gradient; other losses are
                                             ///< means over pictures
  ProximalOptions proximal = {};             ///< of SequenceLoss::kProximal
  bool dropout = false;  ///< whether samples are drawn, and learned from, with dropout
  double anchor = 0;     ///< share of the loss that is cross-entropy, in [0,1)

  /// Whether a teacher is the model that the captioner is compared with.
  bool compares() const { return epochs > 0 && loss == SequenceLoss::kProximal; }
};

}  // namespace storyteller
