#pragma once

#include <string>
#include <vector>

#include "model/decoder/decoder_options.h"

namespace storyteller {

struct DecoderChoice {
  std::string name;  ///< "top_down_gru"
  DecoderKind kind;
  CellKind cell;
};

/// Every kind of decoder with every cell that its equations allow.
inline std::vector<DecoderChoice> decoders_with_cells() {
  std::vector<DecoderChoice> choices;
  for (const auto& [name, kind] : decoder_choices()) {
    for (const auto& [cell_name, cell] : cell_choices()) {
      if (kind == DecoderKind::kAdaptive && cell != CellKind::kLstm) continue;
      choices.push_back({name + "_" + cell_name, kind, cell});
    }
  }
  return choices;
}

/// A kind of decoder, by its name, with what its paper has.
inline void choose_decoder(DecoderOptions& options, const std::string& name) {
  Config config;
  declare(options, config);
  config.assign("decoder=" + name);
  take_defaults_of_kind(options, config);
}

}  // namespace storyteller
