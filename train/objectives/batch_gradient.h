#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "train/batches/batch_plan.h"
#include "train/batches/packed_batch.h"
#include "train/curriculum.h"
#include "train/features/feature_source.h"
#include "train/objectives/table.h"

namespace storyteller {

/// The loss of a batch and its gradient: packs each part, records the terms of the phase's
/// objectives and runs the tape backwards. Pictures that turn out not to be usable are taken for
/// part of the batch.
class BatchGradient {
 public:
  /// Makes the objectives of all phases. `captions` are those of the context's corpus; the
  /// references must outlive the object.
  BatchGradient(const Curriculum& curriculum, const ObjectiveContext& context,
                const EncodedCaptions& captions);

  struct Loss {
    Tensor reported;   ///< scalar on the device: the first term of the phase's first objective
    double words = 0;  ///< that were trained
    std::vector<Measure> measures;  ///< of all objectives of the phase
  };
  /// Adds the gradient of the plan's current batch to the parameters' gradients, which are
  /// forgotten or hold that of the same step. Each term of a part is weighted by the share that the
  /// part has in the batch, so that the parts' sum is the batch's.
  Loss add(BatchPlan& plan, FeatureSource& source, const Phase& phase, int64_t step);
  /// Of the phase's objectives, each on a line of its own.
  std::string signature(const Phase& phase) const;

 private:
  Objective& objective(const std::string& name) const;
  void pack(const CaptionBatch& part, const FeatureSource& source);
  double share(const CaptionBatch& part, const CaptionBatch& batch, Per per) const;
  Var with_concepts(const Var& encoded, const CaptionBatch& part, uint64_t step);
  Tensor add_part(const CaptionBatch& part, const CaptionBatch& batch, FeatureSource& source,
                  const Phase& phase, uint64_t step);

  Captioner& captioner_;
  const EncodedCaptions& captions_;
  const PictureConcepts* concepts_;
  uint64_t seed_;
  double word_dropout_;
  std::vector<std::unique_ptr<Objective>> objectives_;

  Tape tape_{Tape::Mode::kTrain};
  BatchPacker packer_;
  PackedBatch packed_;
  SeenConcepts seen_;  // of the part
  std::vector<LossTerm> terms_;
  std::vector<Var> losses_;
};

}  // namespace storyteller
