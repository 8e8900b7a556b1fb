#pragma once

#include <cstdint>
#include <vector>

#include "core/tape.h"

namespace storyteller {

/// Offsets of time-major packed rows: `captions` rows in the first step, fewer in every later one.
inline std::vector<int64_t> falling_offsets(int64_t captions, int64_t steps) {
  std::vector<int64_t> offset = {0};
  for (int64_t t = 0; t < steps; ++t) {
    offset.push_back(offset.back() + captions - captions * t / steps);
  }
  return offset;
}

inline bool any_tracked(const std::vector<Var>& vars) {
  for (const Var& var : vars) {
    if (var.tracked()) return true;
  }
  return false;
}

/// A Var for an op to fill, of the element type and device of `like`, as the decoder makes its
/// packed rows: tracked whoever of the inputs wants a gradient.
inline Var rows_to_fill(Tape& tape, Shape shape, const Var& like, bool tracked) {
  return tape.output(Tensor::empty(shape, like.value().dtype(), like.value().device()), tracked);
}
/// The same for what is wide.
inline Var wide_rows_to_fill(Tape& tape, Shape shape, const Var& like, bool tracked) {
  const DType dtype = wide(like.value().dtype());
  return tape.output(Tensor::empty(shape, dtype, like.value().device()), tracked);
}

}  // namespace storyteller
