#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "core/ops/ops.h"
#include "tests/op_case.h"
#include "tests/op_cases/step_rows.h"

namespace storyteller {

/// LSTM steps over falling rows, with the pre-activations given.
inline std::vector<Var> lstm_steps(Tape& tape, const std::vector<Var>& x, StepRows rows,
                                   LstmForm form) {
  const bool tracked = any_tracked(x);
  const int64_t H = x[1].shape()[1];
  // The cell activates the gates in place, so it gets a copy of the input.
  const Var gates = rows_to_fill(tape, x[0].shape(), x[0], tracked);
  carry_rows(tape, x[0], gates);
  const Var h = rows_to_fill(tape, {rows.total(), H}, x[0], tracked);
  const Var sentinel =
      form == LstmForm::kSentinel ? rows_to_fill(tape, {rows.total(), H}, x[0], tracked) : Var();
  Var c = x[1];
  for (int64_t t = 0; t < rows.steps; ++t) {
    const auto part = [&](const Var& all) {
      return all ? tape.rows(all, rows.begin(t), rows.count(t)) : Var();
    };
    c = lstm_cell(tape, part(gates), tape.rows(c, 0, rows.count(t)), part(h), form, part(sentinel));
  }
  return sentinel ? std::vector<Var>{h, c, sentinel} : std::vector<Var>{h, c};
}

inline std::vector<Array> lstm_reference(const std::vector<Array>& x, StepRows rows, int64_t H,
                                         LstmForm form) {
  const auto sigmoid = [](double a) { return 1 / (1 + std::exp(-a)); };
  const int64_t output = form == LstmForm::kMaxOut ? 2 : 3;
  Array h, sentinel, c = x[1];
  for (int64_t t = 0; t < rows.steps; ++t) {
    for (int64_t b = 0; b < rows.count(t); ++b) {
      const double* a = x[0].data() + (rows.begin(t) + b) * lstm_gates(form) * H;
      for (int64_t j = 0; j < H; ++j) {
        const double i = sigmoid(a[j]), f = sigmoid(a[H + j]), o = sigmoid(a[output * H + j]);
        const double candidate = form == LstmForm::kMaxOut ? std::max(a[3 * H + j], a[4 * H + j])
                                                           : std::tanh(a[2 * H + j]);
        c[b * H + j] = f * c[b * H + j] + i * candidate;
        h.push_back(o * std::tanh(c[b * H + j]));
        if (form == LstmForm::kSentinel) {
          sentinel.push_back(sigmoid(a[4 * H + j]) * std::tanh(c[b * H + j]));
        }
      }
    }
  }
  c.resize(static_cast<size_t>(rows.count(rows.steps - 1) * H));
  return form == LstmForm::kSentinel ? std::vector<Array>{h, c, sentinel}
                                     : std::vector<Array>{h, c};
}

inline OpCase lstm_case(const std::string& name, Sizes size, LstmForm form) {
  const int64_t B = size(5, 64), steps = size(4, 11), H = size(37, 512);
  const std::vector<int64_t> offset = falling_offsets(B, steps);
  return {.name = name,
          .inputs = {{.shape = {offset.back(), lstm_gates(form) * H}, .low = -4, .high = 4},
                     {.shape = {B, H}, .is_wide = true}},
          .run =
              [=](Tape& tape, const std::vector<Var>& x) {
                return lstm_steps(tape, x, {offset.data(), steps}, form);
              },
          .reference =
              [=](const std::vector<Array>& x) {
                return lstm_reference(x, {offset.data(), steps}, H, form);
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
inline std::vector<Var> rnn_steps(Tape& tape, const std::vector<Var>& x, StepRows rows,
                                  Activation kind) {
  const bool tracked = any_tracked(x);
  const Var h = rows_to_fill(tape, x[0].shape(), x[0], tracked);
  for (int64_t t = 0; t < rows.steps; ++t) {
    const auto part = [&](const Var& all) { return tape.rows(all, rows.begin(t), rows.count(t)); };
    const Var before = t == 0 ? x[1] : tape.rows(h, rows.begin(t - 1), rows.count(t));
    rnn_cell(tape, add(tape, part(x[0]), before), part(h), kind);
  }
  return {h};
}

inline std::vector<Array> rnn_reference(const std::vector<Array>& x, StepRows rows, int64_t H,
                                        Activation kind) {
  Array outputs, h = x[1];
  for (int64_t t = 0; t < rows.steps; ++t) {
    for (int64_t b = 0; b < rows.count(t); ++b) {
      const double* a = x[0].data() + (rows.begin(t) + b) * H;
      for (int64_t j = 0; j < H; ++j) {
        const double sum = a[j] + h[b * H + j];
        h[b * H + j] = kind == Activation::kRelu ? std::max(sum, 0.0) : std::tanh(sum);
        outputs.push_back(h[b * H + j]);
      }
    }
  }
  return {outputs};
}

inline OpCase rnn_case(const std::string& name, Sizes size, Activation kind) {
  const int64_t B = size(5, 64), steps = size(4, 11), H = size(37, 512);
  const std::vector<int64_t> offset = falling_offsets(B, steps);
  return {.name = name,
          .inputs = {{.shape = {offset.back(), H}, .low = -2, .high = 2}, {.shape = {B, H}}},
          .run =
              [=](Tape& tape, const std::vector<Var>& x) {
                return rnn_steps(tape, x, {offset.data(), steps}, kind);
              },
          .reference =
              [=](const std::vector<Array>& x) {
                return rnn_reference(x, {offset.data(), steps}, H, kind);
              }};
}

inline OpCase glu_case(Sizes size) {
  const int64_t B = size(5, 64), H = size(37, 512);
  return {.name = "Glu",
          .inputs = {{.shape = {B, 2 * H}, .low = -4, .high = 4}},
          .run = [=](Tape& tape, const std::vector<Var>& x) -> std::vector<Var> {
            // The unit activates its gates in place, so it gets a copy of the input.
            const Var halves = rows_to_fill(tape, x[0].shape(), x[0], x[0].tracked());
            carry_rows(tape, x[0], halves);
            const Var y = rows_to_fill(tape, {B, H}, x[0], x[0].tracked());
            glu(tape, halves, y);
            return {y};
          },
          .reference = [=](const std::vector<Array>& x) -> std::vector<Array> {
            Array y;
            for (int64_t b = 0; b < B; ++b) {
              const double* row = x[0].data() + 2 * b * H;
              for (int64_t j = 0; j < H; ++j) y.push_back(row[j] / (1 + std::exp(-row[H + j])));
            }
            return {y};
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

/// Rows added to a part of longer ones.
inline OpCase add_rows_case(const std::string& name, Sizes size, int64_t columns, int64_t column) {
  const int64_t B = size(7, 64), added = size(4, 48), W = size(24, 512);
  return {.name = name,
          .inputs = {{.shape = {B, W}}, {.shape = {added, columns}}},
          .run = [=](Tape& tape, const std::vector<Var>& x) -> std::vector<Var> {
            const Var to = rows_to_fill(tape, x[1].shape(), x[1], any_tracked(x));
            carry_rows(tape, x[1], to);
            add_rows(tape, x[0], to, column);
            return {to};
          },
          .reference = [=](const std::vector<Array>& x) -> std::vector<Array> {
            Array to = x[1];
            for (int64_t b = 0; b < added; ++b) {
              for (int64_t j = 0; j < W; ++j) to[b * columns + column + j] += x[0][b * W + j];
            }
            return {to};
          }};
}

inline std::vector<OpCase> recurrent_cases(Sizes size) {
  const int64_t W = size(24, 512);
  return {lstm_case("LstmCell", size, LstmForm::kPlain),
          lstm_case("LstmCellMaxOut", size, LstmForm::kMaxOut),
          lstm_case("LstmCellSentinel", size, LstmForm::kSentinel),
          gru_case(size),
          rnn_case("RnnCell", size, Activation::kTanh),
          rnn_case("RnnCellRelu", size, Activation::kRelu),
          glu_case(size),
          carry_rows_case(size),
          add_rows_case("AddRows", size, W, 0),
          add_rows_case("AddRowsToColumns", size, 3 * W, 2 * W),
          add_rows_case("AddRowsToOddColumns", size, 3 * W + 1, W + 1)};
}

}  // namespace storyteller
