#include "train/objectives/unroll.h"

namespace storyteller {

Var unroll(Tape& tape, Decoder& decoder, DecoderLoop& loop, const Var& features,
           const PackedBatch& batch, const DropoutSite& dropout) {
  const StepRows rows = batch.rows();
  const DecoderMemory memory = decoder.prepare(tape, features);
  DecoderState state = decoder.initial_state(tape, memory, batch.map);
  decoder.begin(tape, loop, memory, batch.map, rows, batch.words, dropout);
  for (int64_t t = 0; t < rows.steps; ++t) state = decoder.step(tape, loop, t, state);
  return decoder.logits(tape, loop);
}

}  // namespace storyteller
