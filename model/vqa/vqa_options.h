#pragma once

#include <cstdint>

#include "core/config.h"

namespace storyteller {

/// What a model does with a picture.
enum class Task : int {
  kCaption,  ///< says a sentence about it
  kVqa,      ///< answers questions about it
};

/// How what was attended to and the question become one vector, hop after hop.
enum class VqaFusion : int { kSum, kProduct };

/// The network that answers questions, StackedAttention. Kept in the files of its models.
struct VqaOptions {
  int64_t embedding = 128;  ///< E, of a word of the question
  int64_t hidden = 256;     ///< H, of question, regions and all that is made of them
  int64_t attention = 256;  ///< A
  int64_t hops = 2;         ///< K, how often it looks
  VqaFusion fusion = VqaFusion::kSum;
  float dropout = 0.5F;  ///< of the question and of what is answered from
  bool blind = false;    ///< reads the question alone: the floor for those who look
};

/// Declares every option under its name in configuration files and `--set`.
void declare(VqaOptions& options, Config& config);

}  // namespace storyteller
