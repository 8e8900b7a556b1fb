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
};

/// Where a decoder looked for each word, if it looks at all. Valid as long as its loop.
struct AttentionTrace {
  Var alpha;  ///< (N,L) weights of the regions, packed; empty: it does not attend
  explicit operator bool() const { return static_cast<bool>(alpha); }
};

/// Names the random numbers of one training step; unused when the tape does not record.
struct DropoutSite {
  uint64_t seed = 0;
  uint64_t step = 0;
  const uint64_t* row_key = nullptr;  ///< (N) on the device: caption and position of packed rows
};

}  // namespace storyteller
