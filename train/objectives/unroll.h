#pragma once

#include "model/decoder/decoder.h"
#include "train/batches/packed_batch.h"

namespace storyteller {

/// Takes all steps of a decoder over a batch, each told the batch's word before it, and returns the
/// logits (N, padded width). `loop` and `batch` must stay in place until the tape is reset; the
/// decoder must be refreshed. features (I,L,D).
Var unroll(Tape& tape, Decoder& decoder, DecoderLoop& loop, const Var& features,
           const PackedBatch& batch, const DropoutSite& dropout);

}  // namespace storyteller
