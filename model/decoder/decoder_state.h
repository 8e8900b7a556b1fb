#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/tape.h"

namespace storyteller {

/// What a decoder carries from one word to the next, a row for each caption or hypothesis. Opaque:
/// the decoder that made it is the only one that reads it, and Decoder::gather reorders its rows.
class DecoderState {
 public:
  int64_t rows() const { return count_ == 0 ? 0 : parts_[0].shape()[0]; }

 private:
  friend class Decoder;
  static constexpr size_t kMostParts = 6;  // two LSTMs need four
  std::array<Var, kMostParts> parts_;      // (rows,H) or empty; an array, as no step may allocate
  size_t count_ = 0;
};

/// What is known of the pictures before the first word. A decoder leaves empty what it does not
/// read.
struct DecoderMemory {
  Var features;  ///< (I,L,D)
  Var keys;      ///< (I,L,A)
  Var mean;      ///< (I,D)
  Var picture;   ///< (I,W) what the whole picture adds to the gates of every step
};

/// Where a decoder looked for each word, if it looks at all. Valid as long as its loop.
struct AttentionTrace {
  Var alpha;     ///< (N,L) weights of the regions, packed; empty: it does not attend
  Var sentinel;  ///< (N,1) weight of what is no region; empty: alpha sums to 1
  /// (N,1) or (N,G) before the sigmoid: the gate on what was attended to, in the columns from
  /// `gate_begin` on; empty: there is none.
  Var gate;
  int64_t gate_begin = 0;
  Tensor drawn;  ///< (N,L) 1 for the region that was looked at; empty: all were, by their weight
  Tensor reward_state;  ///< with `drawn`: what region_reward_loss keeps from step to step
  explicit operator bool() const { return static_cast<bool>(alpha); }
};

/// Names the random numbers of one training step, or of one word of a search.
struct DropoutSite {
  uint64_t seed = 0;
  uint64_t step = 0;                  ///< of the optimizer, or the position of the word
  const uint64_t* row_key = nullptr;  ///< (N) on the device: caption and position of packed rows;
                                      ///< null in a search
  bool keep_all = false;              ///< nothing is dropped, though the tape records

  /// Of a layer that drops its units at `rate` in training.
  float rate(float rate) const { return keep_all ? 0 : rate; }
};

}  // namespace storyteller
