#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "train/objectives/objective_list.h"
#include "train/session/train_options.h"

namespace storyteller {

/// Name of the encoder's group of parameters.
inline constexpr const char* kEncoderGroup = "encoder";

/// What is learned in some epochs, and by whom.
struct Phase {
  std::vector<WeightedObjective> objectives;  ///< the first term of the first one is reported
  std::vector<std::string> frozen;            ///< groups of parameters that do not move
  double sampling = 0;    ///< probability that the decoder reads its own word, not the caption's
  bool validates = true;  ///< false: nothing has learned to speak yet

  bool is_frozen(std::string_view group) const;
};

/// What each epoch of a run is: a pure function of its number, so that going on needs no state.
class Curriculum {
 public:
  struct Entry {
    int64_t from = 0;  ///< first epoch, from 0
    Phase phase;
  };
  /// Entries of rising `from`, the first from 0; else InternalError.
  explicit Curriculum(std::vector<Entry> entries);

  /// Of an epoch, from 0.
  const Phase& at(int64_t epoch) const;
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  std::vector<Entry> entries_;
};

/// Who of a model may learn.
struct Learners {
  bool word_detector = false;
  bool concepts = false;
  bool pretrained_encoder = false;  ///< is frozen, unless it is fine-tuned
  bool fine_tuned_encoder = false;
  bool answers = false;  ///< it answers questions, and learns nothing else
};

/// First the word detector alone, for `detector_epochs` (never the last epoch), then captions too,
/// for the options' `objectives`, with scheduled sampling where that is on; the last
/// `self_critical.epochs` for rewards; an encoder that is fine-tuned is unfrozen after
/// `encoder_frozen_epochs`. A detector of concepts learns beside all of it.
Curriculum make_curriculum(const TrainOptions& options, const Learners& learners);

}  // namespace storyteller
