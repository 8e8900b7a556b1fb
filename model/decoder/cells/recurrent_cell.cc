#include "model/decoder/cells/recurrent_cell.h"

#include "core/dispatch.h"

namespace storyteller {

RecurrentCell::RecurrentCell(const CellTraits& traits, Parameters& parameters,
                             const std::string& name, int64_t hidden)
    : traits_(traits), width_(hidden) {
  const Shape shape = {traits.gates * hidden, hidden};
  const Parameters::Id weight =
      parameters.declare(name + ".hidden.weight", shape, traits.hidden_weight);
  const Parameters::Id bias =
      traits.product_apart
          ? parameters.declare(name + ".hidden.bias", {shape[0]}, Initializer::constant(0))
          : -1;
  hidden_ = StepLinear(parameters, weight, bias);
}

RecurrentCell::State RecurrentCell::state(Tape& tape, const Var& h, const Var& c) const {
  if (traits_.carried == CellTraits::Carried::kNothing) return {h, {}};
  const Var& carried = traits_.carried == CellTraits::Carried::kCell ? c : h;
  return {h, cast(tape, carried, wide(carried.value().dtype()))};
}

RecurrentCell::State RecurrentCell::zero_state(const Tensor& like, int64_t rows) const {
  const auto zeros = [&](DType type) {
    return Var(Tensor::zeros({rows, width_}, type, like.device()));
  };
  if (traits_.carried == CellTraits::Carried::kNothing) return {zeros(like.dtype()), {}};
  return {zeros(like.dtype()), zeros(wide(like.dtype()))};
}

void RecurrentCell::begin(Tape& tape, Rows& rows) {
  const Tensor& gates = rows.gates.value();
  const int64_t N = gates.size(0);
  rows.h_before = packed_rows(tape, N, width_, gates.dtype(), gates.device());
  rows.h = packed_rows(tape, N, width_, gates.dtype(), gates.device());
  if (traits_.product_apart) {
    rows.product = packed_rows(tape, N, gates.size(1), gates.dtype(), gates.device());
  }
  if (traits_.sentinel) {
    rows.sentinel = packed_rows(tape, N, width_, gates.dtype(), gates.device());
  }
  hidden_.begin(tape, rows.h_before, rows.product ? rows.product : rows.gates);
}

Var RecurrentCell::carry(Tape& tape, const Rows& rows, int64_t begin, int64_t count, const Var& h) {
  const Var h_before = tape.rows(rows.h_before, begin, count);
  carry_rows(tape, h, h_before);
  return h_before;
}

void RecurrentCell::add_state(Tape& tape, const Rows& rows, int64_t begin, int64_t count) {
  const bool apart = traits_.product_apart;
  hidden_.step(tape, tape.rows(rows.h_before, begin, count),
               tape.rows(apart ? rows.product : rows.gates, begin, count), !apart);
}

RecurrentCell::State RecurrentCell::activate(Tape& tape, const Rows& rows, int64_t begin,
                                             int64_t count, const Var& carried) {
  const auto part = [&](const Var& packed) {
    return packed ? tape.rows(packed, begin, count) : Var();
  };
  const Rows step = {part(rows.gates), part(rows.h_before), part(rows.h), part(rows.product),
                     part(rows.sentinel)};
  const Var before =
      carried && carried.shape()[0] != count ? tape.rows(carried, 0, count) : carried;
  return {step.h, apply(tape, step, before)};
}

RecurrentCell::State RecurrentCell::step_from_zero(Tape& tape, const Var& gates) {
  const int64_t count = gates.shape()[0];
  Rows rows;
  rows.gates = gates;
  begin(tape, rows);
  rows.h_before.value().fill_zero();
  add_state(tape, rows, 0, count);
  return activate(tape, rows, 0, count, zero_state(gates.value(), count).carried);
}

}  // namespace storyteller
