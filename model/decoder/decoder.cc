#include "model/decoder/decoder.h"

#include <algorithm>

#include "core/error.h"

namespace storyteller {

DecoderState Decoder::gather(Tape& tape, const DecoderState& state, const Tensor& parents) {
  DecoderState gathered;
  gathered.count_ = state.count_;
  for (size_t i = 0; i < state.count_; ++i) {
    if (state.parts_[i]) gathered.parts_[i] = gather_rows(tape, state.parts_[i], parents);
  }
  return gathered;
}

DecoderState Decoder::make_state(std::span<const Var> parts) {
  if (parts.size() > DecoderState::kMostParts)
    throw InternalError("a decoder's state is too large");
  DecoderState state;
  state.count_ = parts.size();
  std::copy(parts.begin(), parts.end(), state.parts_.begin());
  return state;
}

}  // namespace storyteller
