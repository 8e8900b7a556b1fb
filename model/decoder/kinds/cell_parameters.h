#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "model/decoder/cells/recurrent_cell.h"
#include "model/decoder/decoder_options.h"
#include "model/decoder/decoder_state.h"

namespace storyteller {

/// Under which a decoder declares what belongs to its cell: "decoder.lstm".
inline std::string cell_name(const DecoderOptions& options) {
  return "decoder." + name_of(options.cell);
}

/// (G·H) pre-activations of one step.
inline int64_t gate_width(const DecoderOptions& options) {
  return traits_of(options.cell).gates * options.hidden;
}

/// Declares what multiplies an input of width `inputs` into the gates, bounded as torch.nn.LSTM has
/// it: by the width of the state.
inline Parameters::Id declare_gates(const DecoderOptions& options, Parameters& parameters,
                                    const std::string& name, int64_t inputs) {
  return parameters.declare(name, {gate_width(options), inputs}, linear_uniform(options.hidden));
}

/// (I,L,D) features as a decoder reads them.
inline Var scaled_features(Tape& tape, const Var& features, const DecoderOptions& options) {
  check_shape("decoder",
              features.shape().rank() == 3 && features.shape()[2] == options.feature_width,
              "features must be (I,L,D) with the model's D", features.shape());
  return scale(tape, features, options.feature_scale);
}

}  // namespace storyteller
