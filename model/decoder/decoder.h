#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "core/ops/ops.h"
#include "core/parameters.h"
#include "model/decoder/decoder_options.h"
#include "model/decoder/decoder_state.h"

namespace storyteller {

/// The packed rows of one unrolling. Made by its decoder and filled anew by every begin(); it must
/// stay in place until the tape is reset, because the tape's closures point into it.
class DecoderLoop {
 public:
  virtual ~DecoderLoop() = default;

  StepRows rows{};
  DropoutSite dropout{};
};

/// Says words, one after the other, about pictures. `step` is the only definition of a kind of
/// decoder: training unrolls it, search calls it a word at a time. The calls of an unrolling:
///   memory = prepare(features)      state = initial_state(memory)
///   begin(loop, words)              state = step(loop, t, state), t = 0, 1, ...
///   logits(loop)
class Decoder {
 public:
  Decoder() = default;
  virtual ~Decoder() = default;
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  virtual int64_t vocabulary() const = 0;
  virtual std::unique_ptr<DecoderLoop> make_loop() const = 0;
  /// What features (I,L,D) tell before the first word. Once per picture.
  virtual DecoderMemory prepare(Tape& tape, const Var& features) = 0;
  /// The state before the first word, one row a caption.
  virtual DecoderState initial_state(Tape& tape, const DecoderMemory& memory,
                                     const RowMap& map) = 0;
  /// Makes the packed rows of the loop and computes for all N of them what does not depend on the
  /// state: `words` (N) int32 are the words that the steps read. Records the deferred gradients of
  /// what the steps multiply with, so it comes before them.
  virtual void begin(Tape& tape, DecoderLoop& loop, const DecoderMemory& memory, const RowMap& map,
                     StepRows rows, const Tensor& words, const DropoutSite& dropout = {}) = 0;
  /// Step t of the loop; a state with more rows than the step has is cut to the first.
  virtual DecoderState step(Tape& tape, DecoderLoop& loop, int64_t t,
                            const DecoderState& state) = 0;
  /// Logits of all steps that were taken: (N, padded_width of V), the words being the first V.
  virtual Var logits(Tape& tape, const DecoderLoop& loop) = 0;
  /// Whether it looks at regions, one word after the other.
  virtual bool attends() const { return false; }
  /// Where the steps that were taken looked; empty for a decoder that does not attend.
  virtual AttentionTrace attention(const DecoderLoop& /*loop*/) const { return {}; }
  /// Takes up the parameters' present values; call after an optimizer step and before the next
  /// loop.
  virtual void refresh() = 0;
  /// The weight (V,D) that scores words by what was attended to, for the word detector to share;
  /// negative: there is none.
  virtual Parameters::Id word_context_weight() const { return -1; }

  /// Row b of the result is row parents[b] of `state`; `parents` int32 on the device, it must
  /// outlive the recording.
  static DecoderState gather(Tape& tape, const DecoderState& state, const Tensor& parents);

 protected:
  static DecoderState make_state(std::span<const Var> parts);
  static const Var& part(const DecoderState& state, size_t i) { return state.parts_[i]; }
};

/// A decoder of the kind that the options name. Declares its parameters under "decoder." in the
/// current group of `parameters`, which must outlive it.
std::unique_ptr<Decoder> make_decoder(const DecoderOptions& options, Parameters& parameters);

}  // namespace storyteller
