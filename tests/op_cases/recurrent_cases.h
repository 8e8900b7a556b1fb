#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "core/ops/ops.h"
#include "tests/op_case.h"
#include "tests/op_cases/step_rows.h"

namespace storyteller {

/// LSTM steps over falling rows, with the pre-activations given.
inline std::vector<Var> lstm_steps(Tape& tape, const std::vector<Var>& x, StepRows rows) {
  const bool tracked = any_tracked(x);
  const int64_t H = x[1].shape()[1];
  // The cell activates the gates in place, so it gets a copy of the input.
  const Var gates = rows_to_fill(tape, x[0].shape(), x[0], tracked);
  carry_rows(tape, x[0], gates);
  const Var h = rows_to_fill(tape, {rows.total(), H}, x[0], tracked);
  Var c = x[1];
  for (int64_t t = 0; t < rows.steps; ++t) {
    const auto part = [&](const Var& all) { return tape.rows(all, rows.begin(t), rows.count(t)); };
    c = lstm_cell(tape, part(gates), tape.rows(c, 0, rows.count(t)), part(h));
  }
  return {h, c};
}

inline std::vector<Array> lstm_reference(const std::vector<Array>& x, StepRows rows, int64_t H) {
  const auto sigmoid = [](double a) { return 1 / (1 + std::exp(-a)); };
  Array h, c = x[1];
  for (int64_t t = 0; t < rows.steps; ++t) {
    for (int64_t b = 0; b < rows.count(t); ++b) {
      const double* a = x[0].data() + (rows.begin(t) + b) * 4 * H;
      for (int64_t j = 0; j < H; ++j) {
        const double i = sigmoid(a[j]), f = sigmoid(a[H + j]), o = sigmoid(a[3 * H + j]);
        c[b * H + j] = f * c[b * H + j] + i * std::tanh(a[2 * H + j]);
        h.push_back(o * std::tanh(c[b * H + j]));
      }
    }
  }
  c.resize(static_cast<size_t>(rows.count(rows.steps - 1) * H));
  return {h, c};
}

inline OpCase lstm_case(Sizes size) {
  const int64_t B = size(5, 64), steps = size(4, 11), H = size(37, 512);
  const std::vector<int64_t> offset = falling_offsets(B, steps);
  return {.name = "LstmCell",
          .inputs = {{.shape = {offset.back(), 4 * H}, .low = -4, .high = 4},
                     {.shape = {B, H}, .is_wide = true}},
          .run =
              [=](Tape& tape, const std::vector<Var>& x) {
                return lstm_steps(tape, x, {offset.data(), steps});
              },
          .reference =
              [=](const std::vector<Array>& x) {
                return lstm_reference(x, {offset.data(), steps}, H);
              }};
}

/// GRU steps over falling rows, with both pre-activations given.
inline std::vector<Var> gru_steps(Tape& tape, const std::vector<Var>& x, StepRows rows) {
  const bool tracked = any_tracked(x);
  const int64_t H = x[2].shape()[1];
  // The cell activates the gates in place, so it gets a copy of the input.
  const Var gates = rows_to_fill(tape, x[0].shape(), x[0], tracked);
  carry_rows(tape, x[0], gates);
  const Var h = rows_to_fill(tape, {rows.total(), H}, x[0], tracked);
  Var state = x[2];
  for (int64_t t = 0; t < rows.steps; ++t) {
    const auto part = [&](const Var& all) { return tape.rows(all, rows.begin(t), rows.count(t)); };
    state = gru_cell(tape, part(gates), part(x[1]), tape.rows(state, 0, rows.count(t)), part(h));
  }
  return {h, state};
}

inline std::vector<Array> gru_reference(const std::vector<Array>& x, StepRows rows, int64_t H) {
  const auto sigmoid = [](double a) { return 1 / (1 + std::exp(-a)); };
  Array outputs, h = x[2];
  for (int64_t t = 0; t < rows.steps; ++t) {
    for (int64_t b = 0; b < rows.count(t); ++b) {
      const double* ax = x[0].data() + (rows.begin(t) + b) * 3 * H;
      const double* ah = x[1].data() + (rows.begin(t) + b) * 3 * H;
      for (int64_t j = 0; j < H; ++j) {
        const double r = sigmoid(ax[j] + ah[j]), z = sigmoid(ax[H + j] + ah[H + j]);
        const double n = std::tanh(ax[2 * H + j] + r * ah[2 * H + j]);
        h[b * H + j] = (1 - z) * n + z * h[b * H + j];
        outputs.push_back(h[b * H + j]);
      }
    }
  }
  h.resize(static_cast<size_t>(rows.count(rows.steps - 1) * H));
  return {outputs, h};
}

inline OpCase gru_case(Sizes size) {
  const int64_t B = size(5, 64), steps = size(4, 11), H = size(37, 512);
  const std::vector<int64_t> offset = falling_offsets(B, steps);
  return {.name = "GruCell",
          .inputs = {{.shape = {offset.back(), 3 * H}, .low = -4, .high = 4},
                     {.shape = {offset.back(), 3 * H}, .low = -4, .high = 4},
                     {.shape = {B, H}, .is_wide = true}},
          .run =
              [=](Tape& tape, const std::vector<Var>& x) {
                return gru_steps(tape, x, {offset.data(), steps});
              },
          .reference =
              [=](const std::vector<Array>& x) {
                return gru_reference(x, {offset.data(), steps}, H);
              }};
}

/// Elman's steps over falling rows: the state of the step before is added to the input.
inline std::vector<Var> rnn_steps(Tape& tape, const std::vector<Var>& x, StepRows rows) {
  const bool tracked = any_tracked(x);
  const Var h = rows_to_fill(tape, x[0].shape(), x[0], tracked);
  for (int64_t t = 0; t < rows.steps; ++t) {
    const auto part = [&](const Var& all) { return tape.rows(all, rows.begin(t), rows.count(t)); };
    const Var before = t == 0 ? x[1] : tape.rows(h, rows.begin(t - 1), rows.count(t));
    rnn_cell(tape, add(tape, part(x[0]), before), part(h));
  }
  return {h};
}

inline std::vector<Array> rnn_reference(const std::vector<Array>& x, StepRows rows, int64_t H) {
  Array outputs, h = x[1];
  for (int64_t t = 0; t < rows.steps; ++t) {
    for (int64_t b = 0; b < rows.count(t); ++b) {
      const double* a = x[0].data() + (rows.begin(t) + b) * H;
      for (int64_t j = 0; j < H; ++j) {
        h[b * H + j] = std::tanh(a[j] + h[b * H + j]);
        outputs.push_back(h[b * H + j]);
      }
    }
  }
  return {outputs};
}

inline OpCase rnn_case(Sizes size) {
  const int64_t B = size(5, 64), steps = size(4, 11), H = size(37, 512);
  const std::vector<int64_t> offset = falling_offsets(B, steps);
  return {.name = "RnnCell",
          .inputs = {{.shape = {offset.back(), H}, .low = -2, .high = 2}, {.shape = {B, H}}},
          .run =
              [=](Tape& tape, const std::vector<Var>& x) {
                return rnn_steps(tape, x, {offset.data(), steps});
              },
          .reference =
              [=](const std::vector<Array>& x) {
                return rnn_reference(x, {offset.data(), steps}, H);
              }};
}

inline OpCase carry_rows_case(Sizes size) {
  const int64_t B = size(7, 64), carried = size(4, 48), H = size(37, 512);
  return {.name = "CarryRows",
          .inputs = {{.shape = {B, H}}},
          .run = [=](Tape& tape, const std::vector<Var>& x) -> std::vector<Var> {
            const Var to = rows_to_fill(tape, {carried, H}, x[0], x[0].tracked());
            carry_rows(tape, x[0], to);
            return {to};
          },
          .reference = [=](const std::vector<Array>& x) -> std::vector<Array> {
            return {Array(x[0].begin(), x[0].begin() + carried * H)};
          }};
}

inline std::vector<OpCase> recurrent_cases(Sizes size) {
  return {lstm_case(size), gru_case(size), rnn_case(size), carry_rows_case(size)};
}

}  // namespace storyteller
