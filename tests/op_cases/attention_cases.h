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

/// Captions of pictures in turn, so that those of one picture are not neighbours; picture 2 has
/// none.
inline std::vector<int32_t> images_of(Sizes size) {
  std::vector<int32_t> images;
  for (int64_t b = 0; b < size(6, 64); ++b) {
    const int64_t i = b % (size(4, 13) - 1);
    images.push_back(static_cast<int32_t>(i < 2 ? i : i + 1));
  }
  return images;
}

inline OpCase attention_case(const std::string& name, Sizes size, ScoreFunction score,
                             ContextGate gate) {
  AttentionSetting s{.score = score,
                     .gate = gate,
                     .I = size(4, 13),
                     .L = size(7, 49),
                     .A = size(19, 512),
                     .D = size(37, 1280),
                     .row_to_image = images_of(size),
                     .offset = falling_offsets(size(6, 64), size(4, 11))};
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

/// Attention with a sentinel. Inputs: those of attention without a gate, then keys and sentinels.
/// Outputs: z, weights, share.
inline OpCase visual_sentinel_case(const std::string& name, Sizes size, ScoreFunction score) {
  OpCase op = attention_case(name, size, score, ContextGate::kNone);
  const AttentionSetting s{.score = score,
                           .gate = ContextGate::kNone,
                           .I = size(4, 13),
                           .L = size(7, 49),
                           .A = size(19, 512),
                           .D = size(37, 1280),
                           .row_to_image = images_of(size),
                           .offset = falling_offsets(size(6, 64), size(4, 11))};
  const int64_t N = s.rows().total();
  op.inputs.push_back({.shape = {N, s.A}});
  op.inputs.push_back({.shape = {N, s.D}});
  struct Loops {
    AttentionLoop attention;
    SentinelLoop sentinel;
  };
  const auto loops = std::make_shared<Loops>();
  const auto setting = std::make_shared<const AttentionSetting>(s);
  op.run = [=](Tape& tape, const std::vector<Var>& x) -> std::vector<Var> {
    const bool tracked = any_tracked(x);
    AttentionLoop& attention = loops->attention;
    SentinelLoop& loop = loops->sentinel;
    const auto wide_rows = [&](int64_t width) {
      return wide_rows_to_fill(tape, {N, width}, x[0], tracked);
    };
    attention.log_sum = wide_rows(1);
    attention.keys = x[0];
    attention.values = x[1];
    attention.score_weight = x[2];
    attention.query = rows_to_fill(tape, x[3].shape(), x[3], tracked);
    carry_rows(tape, x[3], attention.query);
    attention.alpha = wide_rows(setting->L);
    attention.z = rows_to_fill(tape, {N, setting->D}, x[0], tracked);
    attention.map = make_row_map(setting->row_to_image, setting->I, x[0].value().device());
    attention.rows = setting->rows();
    attention.score = setting->score;
    attention_begin(tape, attention);
    loop.key = rows_to_fill(tape, x[4].shape(), x[4], tracked);
    carry_rows(tape, x[4], loop.key);
    loop.sentinel = rows_to_fill(tape, x[5].shape(), x[5], tracked);
    carry_rows(tape, x[5], loop.sentinel);
    loop.share = wide_rows(1);
    loop.weights = wide_rows(setting->L);
    loop.z = rows_to_fill(tape, {N, setting->D}, x[0], tracked);
    visual_sentinel_begin(tape, attention, loop);
    for (int64_t t = 0; t < attention.rows.steps; ++t) {
      attention_step(tape, attention, t);
      visual_sentinel_step(tape, attention, loop, t);
    }
    return {loop.z, loop.weights};
  };
  op.reference = [=](const std::vector<Array>& x) -> std::vector<Array> {
    const AttentionSetting& n = *setting;
    Array z, weights;
    for (int64_t t = 0; t < n.rows().steps; ++t) {
      for (int64_t b = 0; b < n.rows().count(t); ++b) {
        const int64_t row = n.rows().begin(t) + b, i = n.row_to_image[static_cast<size_t>(b)];
        Array exponentials;
        const auto squash = [&](double e) {
          return n.score == ScoreFunction::kTanh ? std::tanh(e) : std::max(e, 0.0);
        };
        double sum = 0;
        for (int64_t l = 0; l <= n.L; ++l) {
          double e = 0;
          for (int64_t a = 0; a < n.A; ++a) {
            const double key = l < n.L ? x[0][(i * n.L + l) * n.A + a] : x[4][row * n.A + a];
            e += x[2][a] * squash(key + x[3][row * n.A + a]);
          }
          exponentials.push_back(std::exp(e));
          sum += exponentials.back();
        }
        for (int64_t l = 0; l < n.L; ++l) weights.push_back(exponentials[l] / sum);
        for (int64_t d = 0; d < n.D; ++d) {
          double value = exponentials.back() / sum * x[5][row * n.D + d];
          for (int64_t l = 0; l < n.L; ++l) {
            value += exponentials[l] / sum * x[1][(i * n.L + l) * n.D + d];
          }
          z.push_back(value);
        }
      }
    }
    return {z, weights};
  };
  return op;
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

/// What hard attention learns by, with draws, word losses and masks given. The second step has a
/// baseline from the first.
inline OpCase region_reward_case(Sizes size) {
  const int64_t B = size(5, 64), steps = size(4, 11), L = size(7, 49);
  const std::vector<int64_t> offset = falling_offsets(B, steps);
  const int64_t N = offset.back();
  const Array losses = random_array(11, N, 0.5, 4);
  std::vector<int32_t> targets(static_cast<size_t>(N), 1), draws;
  targets[2] = targets[static_cast<size_t>(N - 1)] = -1;
  Array drawn(static_cast<size_t>(N * L), 0.0);
  for (int64_t n = 0; n < N; ++n) drawn[n * L + (3 * n + 1) % L] = 1;
  const double reward_weight = 0.7, entropy_weight = 0.3, normaliser = 11;
  return {.name = "RegionReward",
          .inputs = {{.shape = {N, L}, .low = .05, .high = .5, .is_wide = true},
                     {.shape = {N, L}, .low = .05, .high = .5, .is_wide = true}},
          .run = [=](Tape& tape, const std::vector<Var>& x) -> std::vector<Var> {
            const Device device = x[0].value().device();
            const auto tensor = [&](Shape shape, const Array& values) {
              if (x[0].value().dtype() == DType::kFloat64)
                return Tensor::from(shape, values, device);
              return Tensor::from(shape, std::vector<float>(values.begin(), values.end()), device);
            };
            const DrawnRegions regions{.drawn = tensor({N, L}, drawn),
                                       .losses = tensor({N}, losses),
                                       .targets = Tensor::from({N}, targets, device),
                                       .rows = {offset.data(), steps},
                                       .state = tensor({5}, Array(5, 0.0))};
            RegionRewardOptions options{.reward_weight = reward_weight,
                                        .entropy_weight = entropy_weight,
                                        .normaliser = normaliser,
                                        .step = 6};
            const Var first = region_reward_loss(tape, x[0], regions, options);
            options.step = 7;
            const Var second = region_reward_loss(tape, x[1], regions, options);
            return {first, second};
          },
          .reference = [=](const std::vector<Array>& x) -> std::vector<Array> {
            Array reward(static_cast<size_t>(B), 0.0), words = reward;
            for (int64_t t = 0; t < steps; ++t) {
              for (int64_t n = offset[t]; n < offset[t + 1]; ++n) {
                if (targets[n] < 0) continue;
                reward[n - offset[t]] -= losses[n];
                words[n - offset[t]] += 1;
              }
            }
            double mean = 0;
            for (int64_t b = 0; b < B; ++b) {
              if (words[b] > 0) reward[b] /= words[b];
              mean += reward[b] / static_cast<double>(B);
            }
            // Both steps have the same rewards, and so the same baseline: at first their own mean.
            const auto value = [&](const Array& alpha) {
              double sum = 0;
              for (int64_t t = 0; t < steps; ++t) {
                for (int64_t n = offset[t]; n < offset[t + 1]; ++n) {
                  for (int64_t l = n * L; l < (n + 1) * L && targets[n] >= 0; ++l) {
                    sum += std::log(alpha[l]) *
                           (entropy_weight * alpha[l] -
                            reward_weight * (reward[n - offset[t]] - mean) * drawn[l]);
                  }
                }
              }
              return sum / normaliser;
            };
            return {{value(x[0])}, {value(x[1])}};
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
          visual_sentinel_case("VisualSentinelTanh", size, kTanh),
          visual_sentinel_case("VisualSentinelRelu", size, kRelu),
          region_reward_case(size),
          coverage_case(size)};
}

}  // namespace storyteller
