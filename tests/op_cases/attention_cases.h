#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/ops/ops.h"
#include "tests/op_case.h"
#include "tests/op_cases/step_rows.h"

namespace storyteller {

/// A loop of attention steps: several captions a picture, in no order, and a picture that nobody
/// looks at.
struct AttentionSetting {
  ScoreFunction score;
  ContextGate gate;
  int64_t I, L, A, D;
  std::vector<int32_t> row_to_image;
  std::vector<int64_t> offset;
  double coverage = 0.7;

  StepRows rows() const { return {offset.data(), static_cast<int64_t>(offset.size()) - 1}; }
  int64_t gate_width() const { return gate == ContextGate::kVector ? D : 1; }
};

/// Inputs: keys, values, score weight, query, gate. Outputs: z, alpha, coverage loss. `loop` must
/// stay in place until the tape is reset.
inline std::vector<Var> attention_steps(Tape& tape, const std::vector<Var>& x,
                                        const AttentionSetting& setting, AttentionLoop& loop) {
  const bool tracked = any_tracked(x);
  const int64_t N = setting.rows().total();
  loop.keys = x[0];
  loop.values = x[1];
  loop.score_weight = x[2];
  loop.query = rows_to_fill(tape, x[3].shape(), x[3], tracked);
  carry_rows(tape, x[3], loop.query);
  if (setting.gate != ContextGate::kNone) {
    loop.gate = rows_to_fill(tape, x[4].shape(), x[4], tracked);
    carry_rows(tape, x[4], loop.gate);
  }
  loop.alpha = wide_rows_to_fill(tape, {N, setting.L}, x[0], tracked);
  loop.z = rows_to_fill(tape, {N, setting.D}, x[0], tracked);
  loop.map = make_row_map(setting.row_to_image, setting.I, x[0].value().device());
  loop.rows = setting.rows();
  loop.score = setting.score;
  loop.gate_kind = setting.gate;
  attention_begin(tape, loop);
  for (int64_t t = 0; t < loop.rows.steps; ++t) attention_step(tape, loop, t);
  return {loop.z, loop.alpha, coverage_loss(tape, loop.alpha, loop.rows, setting.coverage)};
}

/// softmax over l of w · score(k_l + q), for row n that looks at picture i.
inline Array alpha_reference(const std::vector<Array>& x, const AttentionSetting& s, int64_t n,
                             int64_t i) {
  Array alpha;
  double sum = 0;
  for (int64_t l = 0; l < s.L; ++l) {
    double e = 0;
    for (int64_t a = 0; a < s.A; ++a) {
      const double k_q = x[0][(i * s.L + l) * s.A + a] + x[3][n * s.A + a];
      e += x[2][a] * (s.score == ScoreFunction::kTanh ? std::tanh(k_q) : std::max(k_q, 0.0));
    }
    alpha.push_back(std::exp(e));
    sum += alpha.back();
  }
  for (double& share : alpha) share /= sum;
  return alpha;
}

inline std::vector<Array> attention_reference(const std::vector<Array>& x,
                                              const AttentionSetting& s) {
  Array z, alphas, missing(static_cast<size_t>(s.rows().count(0) * s.L), 1.0);
  for (int64_t t = 0; t < s.rows().steps; ++t) {
    for (int64_t b = 0; b < s.rows().count(t); ++b) {
      const int64_t n = s.rows().begin(t) + b, i = s.row_to_image[static_cast<size_t>(b)];
      const Array alpha = alpha_reference(x, s, n, i);
      alphas.insert(alphas.end(), alpha.begin(), alpha.end());
      for (int64_t l = 0; l < s.L; ++l) missing[b * s.L + l] -= alpha[l];
      for (int64_t d = 0; d < s.D; ++d) {
        double context = 0, gate = 1;
        for (int64_t l = 0; l < s.L; ++l) context += alpha[l] * x[1][(i * s.L + l) * s.D + d];
        if (s.gate == ContextGate::kScalar) gate = 1 / (1 + std::exp(-x[4][n]));
        if (s.gate == ContextGate::kVector) gate = 1 / (1 + std::exp(-x[4][n * s.D + d]));
        z.push_back(gate * context);
      }
    }
  }
  double coverage = 0;
  for (double value : missing) coverage += value * value;
  return {z, alphas, {s.coverage * coverage / static_cast<double>(missing.size())}};
}

inline OpCase attention_case(const std::string& name, Sizes size, ScoreFunction score,
                             ContextGate gate) {
  AttentionSetting s{.score = score,
                     .gate = gate,
                     .I = size(4, 13),
                     .L = size(7, 49),
                     .A = size(19, 512),
                     .D = size(37, 1280),
                     .row_to_image = {},
                     .offset = falling_offsets(size(6, 64), size(4, 11))};
  // Captions of pictures in turn, so that those of one picture are not neighbours; picture 2 has
  // none.
  for (int64_t b = 0; b < s.rows().count(0); ++b) {
    const int64_t i = b % (s.I - 1);
    s.row_to_image.push_back(static_cast<int32_t>(i < 2 ? i : i + 1));
  }
  const int64_t N = s.rows().total();
  std::vector<OpInput> inputs = {{.shape = {s.I, s.L, s.A}},
                                 {.shape = {s.I, s.L, s.D}},
                                 {.shape = {s.A}},
                                 {.shape = {N, s.A}}};
  if (gate != ContextGate::kNone)
    inputs.push_back({.shape = {N, s.gate_width()}, .low = -3, .high = 3});
  const auto loop = std::make_shared<AttentionLoop>();
  const auto setting = std::make_shared<const AttentionSetting>(s);
  return {
      .name = name,
      .inputs = inputs,
      .run = [=](Tape& tape,
                 const std::vector<Var>& x) { return attention_steps(tape, x, *setting, *loop); },
      .reference = [=](const std::vector<Array>& x) { return attention_reference(x, *setting); },
      .flops = 2.0 * static_cast<double>(N * s.L * (s.A + s.D))};
}

inline OpCase coverage_case(Sizes size) {
  const int64_t B = size(5, 64), steps = size(4, 11), L = size(7, 49);
  const std::vector<int64_t> offset = falling_offsets(B, steps);
  return {.name = "CoverageLoss",
          .inputs = {{.shape = {offset.back(), L}, .low = 0, .high = .5, .is_wide = true}},
          .run = [=](Tape& tape, const std::vector<Var>& x) -> std::vector<Var> {
            return {coverage_loss(tape, x[0], {offset.data(), steps}, 0.3)};
          },
          .reference = [=](const std::vector<Array>& x) -> std::vector<Array> {
            double loss = 0;
            for (int64_t b = 0; b < B; ++b) {
              for (int64_t l = 0; l < L; ++l) {
                double seen = 0;
                for (int64_t t = 0; t < steps; ++t) {
                  if (offset[t] + b < offset[t + 1]) seen += x[0][(offset[t] + b) * L + l];
                }
                loss += (1 - seen) * (1 - seen);
              }
            }
            return {{0.3 * loss / static_cast<double>(B * L)}};
          }};
}

inline std::vector<OpCase> attention_cases(Sizes size) {
  constexpr auto kTanh = ScoreFunction::kTanh, kRelu = ScoreFunction::kRelu;
  return {attention_case("AttentionTanh", size, kTanh, ContextGate::kNone),
          attention_case("AttentionTanhScalarGate", size, kTanh, ContextGate::kScalar),
          attention_case("AttentionTanhVectorGate", size, kTanh, ContextGate::kVector),
          attention_case("AttentionRelu", size, kRelu, ContextGate::kNone),
          attention_case("AttentionReluScalarGate", size, kRelu, ContextGate::kScalar),
          attention_case("AttentionReluVectorGate", size, kRelu, ContextGate::kVector),
          coverage_case(size)};
}

}  // namespace storyteller
