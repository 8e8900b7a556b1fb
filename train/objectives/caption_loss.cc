#include "train/objectives/caption_loss.h"

#include "core/dispatch.h"
#include "train/objectives/unroll.h"

namespace storyteller {

CaptionLoss caption_loss(Tape& tape, Decoder& decoder, DecoderLoop& loop, const Var& features,
                         const PackedBatch& batch, const CaptionLossOptions& options,
                         const DropoutSite& dropout) {
  const StepRows rows = batch.rows();
  const Var logits = unroll(tape, decoder, loop, features, batch, dropout);
  CaptionLoss loss;
  Tensor losses;
  const Tensor weights =
      weights_of_rows(batch.row_weight, wide(logits.value().dtype()), logits.value().device());
  loss.cross_entropy = cross_entropy(tape, logits, batch.targets, weights, options.label_smoothing,
                                     batch.counted, decoder.vocabulary(), &losses);
  const AttentionTrace trace = decoder.attention(loop);
  if (trace && options.coverage_weight > 0) {
    loss.coverage = coverage_loss(tape, trace.alpha, rows, options.coverage_weight);
  }
  if (trace.drawn && tape.recording()) {
    loss.regions = region_reward_loss(tape, trace.alpha,
                                      {.drawn = trace.drawn,
                                       .losses = losses,
                                       .targets = batch.targets,
                                       .rows = rows,
                                       .state = trace.reward_state},
                                      {.reward_weight = options.region_reward,
                                       .entropy_weight = options.region_entropy,
                                       .normaliser = batch.counted,
                                       .step = static_cast<int64_t>(dropout.step)});
  }
  return loss;
}

}  // namespace storyteller
