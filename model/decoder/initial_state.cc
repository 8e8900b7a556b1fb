#include "model/decoder/initial_state.h"

namespace storyteller {

StateInitializer::StateInitializer(const DecoderOptions& options, Parameters& parameters)
    : kind_(options.initial_state) {
  if (kind_ == InitialState::kZero) return;
  const int64_t D = options.feature_width, H = options.hidden;
  int64_t width = D;
  if (kind_ == InitialState::kMlp) {
    mean_ = LinearLayer(parameters, "decoder.initial.mean", {H, D});
    width = H;
  }
  hidden_ = LinearLayer(parameters, "decoder.initial.hidden", {H, width});
  if (traits_of(options.cell).carried == CellTraits::Carried::kCell) {
    cell_ = LinearLayer(parameters, "decoder.initial.cell", {H, width});
  }
}

RecurrentCell::State StateInitializer::state(Tape& tape, const Var& mean, const RowMap& map,
                                             const RecurrentCell& cell) const {
  if (kind_ == InitialState::kZero) return cell.zero_state(mean.value(), map.rows());
  const Var from = mean_ ? relu(tape, mean_.apply(tape, mean)) : mean;
  const auto rows = [&](const LinearLayer& layer) {
    Var x = layer.apply(tape, from);
    if (kind_ != InitialState::kLinear) x = tanh(tape, x);
    return picture_rows(tape, x, map);
  };
  const Var c = cell_ ? rows(cell_) : Var();
  return cell.state(tape, rows(hidden_), c);
}

}  // namespace storyteller
