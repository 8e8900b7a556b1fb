#pragma once

#include "model/decoder/decoder.h"
#include "train/batches/packed_batch.h"

namespace storyteller {

struct CaptionLossOptions {
  double label_smoothing = 0;
  double coverage_weight = 1;
  double region_reward = 1;   ///< of hard attention
  double region_entropy = 0;  ///< of hard attention
};

/// The terms of the loss (Xu 2015, equations 11 and 14), all scalars.
struct CaptionLoss {
  Var cross_entropy;  ///< mean over the words that count, each by its row's weight
  Var coverage;  ///< doubly stochastic regulariser, its weight included; empty when that is 0 or
                 ///< the decoder does not attend
  Var regions;   ///< what teaches hard attention where to look; empty unless it drew
};

/// Unrolls the decoder over a batch by teacher forcing. `loop` and `batch` must stay in place until
/// the tape is reset; the decoder must be refreshed. features (I,L,D).
CaptionLoss caption_loss(Tape& tape, Decoder& decoder, DecoderLoop& loop, const Var& features,
                         const PackedBatch& batch, const CaptionLossOptions& options,
                         const DropoutSite& dropout);

}  // namespace storyteller
