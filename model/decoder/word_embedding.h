#pragma once

#include "core/ops/ops.h"
#include "core/parameters.h"
#include "model/decoder/decoder_options.h"
#include "model/decoder/decoder_state.h"

namespace storyteller {

/// The words that steps read, as vectors.
class WordEmbedding {
 public:
  /// Declares "decoder.embedding." in the current group.
  WordEmbedding(const DecoderOptions& options, Parameters& parameters);

  /// words (N) int32 -> (N,E), with dropout in training. `words` must outlive the recording.
  Var rows(Tape& tape, const Tensor& words, const DropoutSite& site) const;
  /// rows · weightᵀ + bias, (N,G), where `rows` are those of these words. While a tape records on a
  /// CPU and nothing is dropped, a word that is read often is multiplied once, and the gradients of
  /// all its rows are added up before they are multiplied: half of a batch's words are few words.
  Var product(Tape& tape, const Var& rows, const Tensor& words, const DropoutSite& site,
              const Var& weight, const Var& bias) const;

 private:
  float dropout_;
  const Parameters& parameters_;
  Parameters::Id weight_;
};

}  // namespace storyteller
