#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "core/ops/ops.h"
#include "tests/op_case.h"
#include "tests/op_cases/step_rows.h"

namespace storyteller {

/// sum over k of x[m,k] weight[n,k], for x (M,K) and weight (N,K).
inline double row_product(const Array& x, const Array& weight, int64_t m, int64_t n, int64_t K) {
  double sum = 0;
  for (int64_t k = 0; k < K; ++k) sum += x[m * K + k] * weight[n * K + k];
  return sum;
}

inline OpCase linear_case(const std::string& name, Sizes size, bool with_bias) {
  const int64_t M = size(13, 704), N = size(37, 2048), K = size(19, 512);
  std::vector<OpInput> inputs = {{.shape = {M, K}}, {.shape = {N, K}}};
  if (with_bias) inputs.push_back({.shape = {N}});
  return {.name = name,
          .inputs = inputs,
          .run = [=](Tape& tape, const std::vector<Var>& x) -> std::vector<Var> {
            return {linear(tape, x[0], x[1], with_bias ? x[2] : Var())};
          },
          .reference = [=](const std::vector<Array>& x) -> std::vector<Array> {
            Array y(static_cast<size_t>(M * N));
            for (int64_t m = 0; m < M; ++m) {
              for (int64_t n = 0; n < N; ++n) {
                y[m * N + n] = row_product(x[0], x[1], m, n, K) + (with_bias ? x[2][n] : 0);
              }
            }
            return {y};
          },
          .flops = 2.0 * static_cast<double>(M * N * K)};
}

/// A recurrent network (Elman 1990) over falling rows, with both of its weights' gradients
/// deferred:
///   y_t = W x_t + b + U h_(t-1)   h_t = tanh(y_t)
inline std::vector<Var> deferred_recurrence(Tape& tape, const std::vector<Var>& x, StepRows rows) {
  const bool tracked = any_tracked(x);
  PackedWeight packed_input, packed_state, transposed_state;
  const StepWeight input{x[2], x[3], &packed_input};
  const StepWeight state{x[4], Var(), &packed_state, &transposed_state};
  pack(input, 1);
  pack(state, 1);
  const Shape shape = {rows.total(), x[1].shape()[1]};
  const Var before = rows_to_fill(tape, shape, x[0], tracked);
  const Var y = rows_to_fill(tape, shape, x[0], tracked);
  linear_weight_gradient(tape, x[0], input, y);
  linear_weight_gradient(tape, before, state, y);
  Var h = x[1];
  for (int64_t t = 0; t < rows.steps; ++t) {
    const auto part = [&](const Var& all) { return tape.rows(all, rows.begin(t), rows.count(t)); };
    carry_rows(tape, h, part(before));
    linear_step(tape, part(x[0]), input, part(y), false);
    linear_step(tape, part(before), state, part(y), true);
    h = tanh(tape, part(y));
  }
  return {y, h};
}

inline std::vector<Array> recurrence_reference(const std::vector<Array>& x, StepRows rows,
                                               int64_t K, int64_t H) {
  Array all, h = x[1];
  for (int64_t t = 0; t < rows.steps; ++t) {
    Array next;
    for (int64_t b = 0; b < rows.count(t); ++b) {
      for (int64_t j = 0; j < H; ++j) {
        const double y = row_product(x[0], x[2], rows.begin(t) + b, j, K) + x[3][j] +
                         row_product(h, x[4], b, j, H);
        all.push_back(y);
        next.push_back(std::tanh(y));
      }
    }
    h = next;
  }
  return {all, h};
}

inline OpCase linear_steps_case(Sizes size) {
  const int64_t B = size(5, 64), steps = size(4, 11), K = size(19, 512), H = size(11, 512);
  const std::vector<int64_t> offset = falling_offsets(B, steps);
  return {.name = "LinearSteps",
          .inputs = {{.shape = {offset.back(), K}},
                     {.shape = {B, H}},
                     {.shape = {H, K}, .low = -.3, .high = .3},
                     {.shape = {H}},
                     {.shape = {H, H}, .low = -.3, .high = .3}},
          .run =
              [=](Tape& tape, const std::vector<Var>& x) {
                return deferred_recurrence(tape, x, {offset.data(), steps});
              },
          .reference =
              [=](const std::vector<Array>& x) {
                return recurrence_reference(x, {offset.data(), steps}, K, H);
              },
          .flops = 2.0 * static_cast<double>(offset.back() * H * (K + H))};
}

inline std::vector<OpCase> linear_cases(Sizes size) {
  return {linear_case("Linear", size, true), linear_case("LinearWithoutBias", size, false),
          linear_steps_case(size)};
}

}  // namespace storyteller
