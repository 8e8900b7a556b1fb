#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/ops/ops.h"
#include "kernels/philox.h"
#include "tests/op_case.h"

namespace storyteller {

inline OpCase embedding_case(Sizes size) {
  const int64_t V = size(11, 2997), E = size(37, 512), N = size(29, 704);
  std::vector<int32_t> tokens;  // most of them several times, some never
  for (double draw : random_array(79, N, 0, 1)) {
    tokens.push_back(static_cast<int32_t>(draw * draw * static_cast<double>(V)));
  }
  return {.name = "Embedding",
          .inputs = {{.shape = {V, E}}},
          .run = [=](Tape& tape, const std::vector<Var>& x) -> std::vector<Var> {
            return {embedding(tape, x[0], Tensor::from({N}, tokens, x[0].value().device()))};
          },
          .reference = [=](const std::vector<Array>& x) -> std::vector<Array> {
            Array out;
            for (int32_t token : tokens) {
              for (int64_t e = 0; e < E; ++e) out.push_back(x[0][token * E + e]);
            }
            return {out};
          }};
}

inline OpCase gather_rows_case(Sizes size) {
  const int64_t N = size(7, 64), W = size(37, 512);
  const std::vector<int32_t> index = {3, 0, 3, static_cast<int32_t>(N - 1), 1};
  const auto rows = static_cast<int64_t>(index.size());
  return {.name = "GatherRows",
          .inputs = {{.shape = {N, W}}},
          .run = [=](Tape& tape, const std::vector<Var>& x) -> std::vector<Var> {
            return {gather_rows(tape, x[0], Tensor::from({rows}, index, x[0].value().device()))};
          },
          .reference = [=](const std::vector<Array>& x) -> std::vector<Array> {
            Array out;
            for (int32_t row : index) {
              out.insert(out.end(), x[0].begin() + row * W, x[0].begin() + (row + 1) * W);
            }
            return {out};
          }};
}

inline OpCase dropout_case(Sizes size) {
  const int64_t N = size(5, 704), W = size(37, 512);
  const uint64_t key = philox_key(3, 1, 4);
  std::vector<uint64_t> row_key;
  for (int64_t n = 0; n < N; ++n) row_key.push_back(static_cast<uint64_t>(1000003 * n + 17));
  constexpr float kRate = 0.375F;
  const auto keys = std::make_shared<Tensor>();  // stays until the backward pass
  return {.name = "Dropout",
          .inputs = {{.shape = {N, W}}},
          .run = [=](Tape& tape, const std::vector<Var>& x) -> std::vector<Var> {
            *keys = Tensor::from({N}, row_key, x[0].value().device());
            const DropoutKey here{key, keys->data<uint64_t>()};
            if (tape.recording()) return {dropout(tape, x[0], kRate, here)};
            // Captioning drops nothing: that the forward does is seen on a tape that trains.
            Tape training(Tape::Mode::kTrain);
            return {dropout(training, x[0], kRate, here)};
          },
          .reference = [=](const std::vector<Array>& x) -> std::vector<Array> {
            Array y;
            for (int64_t n = 0; n < N; ++n) {
              for (int64_t j = 0; j < W; ++j) {
                // Eight draws of 16 bits to a block of Philox, low halves first.
                const uint32_t word = philox(key, row_key[n], j / 8)[j % 8 / 2];
                const uint32_t draw = j % 2 == 0 ? word & 0xFFFFU : word >> 16;
                y.push_back(draw / 65536.0 < kRate ? 0 : x[0][n * W + j] / (1 - kRate));
              }
            }
            return {y};
          }};
}

inline std::vector<OpCase> words_cases(Sizes size) {
  return {embedding_case(size), gather_rows_case(size), dropout_case(size)};
}

}  // namespace storyteller
