#pragma once

#include <cstdint>
#include <string>

#include "model/decoder/cells/recurrent_cell.h"
#include "model/decoder/decoder_options.h"

namespace storyteller {

/// Under which a decoder declares what belongs to its cell: "decoder.lstm".
inline std::string cell_name(const DecoderOptions& options) {
  return "decoder." + name_of(options.cell);
}

/// (G·H) pre-activations of one step.
inline int64_t gate_width(const DecoderOptions& options) {
  return traits_of(options.cell).gates * options.hidden;
}

}  // namespace storyteller
