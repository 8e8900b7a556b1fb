#pragma once

#include "core/ops/ops.h"
#include "core/parameters.h"
#include "model/decoder/cells/recurrent_cell.h"
#include "model/decoder/decoder_options.h"
#include "model/decoder/linear_layer.h"

namespace storyteller {

/// The first state out of the mean feature of a picture, in the way that DecoderOptions name.
class StateInitializer {
 public:
  /// Declares "decoder.initial." in the current group.
  StateInitializer(const DecoderOptions& options, Parameters& parameters);

  /// mean (I,D) -> the state of `cell` for each row of the map.
  RecurrentCell::State state(Tape& tape, const Var& mean, const RowMap& map,
                             const RecurrentCell& cell) const;

 private:
  InitialState kind_;
  LinearLayer mean_, hidden_, cell_;
};

}  // namespace storyteller
