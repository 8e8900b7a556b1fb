#pragma once

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "core/serialization/safetensors_writer.h"
#include "kernels/philox.h"

namespace storyteller {

/// Sizes of a case in which every caption has T words and a picture of its own.
struct CaseSizes {
  int64_t B = 64, T = 20, L = 49, D = 2048, A = 512, E = 512, H = 512, V = 10000;
};

/// Writes a case as bench/peers/training_step.py describes it, for a machine that has neither
/// PyTorch nor numpy: weights uniform as soft_attention.random_parameters draws them, features of
/// which half are zero, words without marks.
inline void write_random_case(const std::string& path, const CaseSizes& s, uint64_t seed = 1) {
  using Weights = std::vector<std::pair<std::string, std::vector<int64_t>>>;
  const int64_t from_hidden = s.A + s.D + 4 * s.H;
  const Weights weights = {{"decoder.embedding.weight", {s.V, s.E}},
                           {"decoder.key.weight", {s.A, s.D}},
                           {"decoder.key.bias", {s.A}},
                           {"decoder.score.weight", {s.A}},
                           {"decoder.from_hidden.weight", {from_hidden, s.H}},
                           {"decoder.from_hidden.bias", {from_hidden}},
                           {"decoder.from_word.weight", {4 * s.H, s.E}},
                           {"decoder.from_context.weight", {4 * s.H, s.D}},
                           {"decoder.initial_hidden.weight", {s.H, s.D}},
                           {"decoder.initial_hidden.bias", {s.H}},
                           {"decoder.initial_cell.weight", {s.H, s.D}},
                           {"decoder.initial_cell.bias", {s.H}},
                           {"decoder.output.weight", {s.V, s.H}},
                           {"decoder.output.bias", {s.V}},
                           {"input.features", {s.B, s.L, s.D}}};
  std::vector<std::vector<float>> values;
  SafetensorsWriter writer;
  for (const auto& [name, shape] : weights) {
    const uint64_t key = philox_key(seed, values.size(), 0);
    const bool is_input = name == "input.features";
    float bound = 1 / std::sqrt(static_cast<float>(shape.back()));
    if (name == "decoder.score.weight") bound *= 2;
    if (name.ends_with("bias") || name == "decoder.embedding.weight") bound = 0.1F;
    int64_t elements = 1;
    for (int64_t size : shape) elements *= size;
    auto& own = values.emplace_back(static_cast<size_t>(elements));
    for (size_t i = 0; i < own.size(); ++i) {
      const float u = 2 * uniform01(philox(key, 0, i)[0]) - 1;
      own[i] = is_input ? std::max(0.0F, 2 * u) : bound * u;
    }
  }
  for (size_t i = 0; i < weights.size(); ++i) {
    writer.add(weights[i].first, StoredType::kF32, weights[i].second, values[i].data());
  }
  constexpr int64_t kSpecialTokens = 4;
  std::vector<int32_t> captions(static_cast<size_t>(s.B * (s.T + 1))), lengths, image;
  for (size_t i = 0; i < captions.size(); ++i) {
    const auto word =
        philox(philox_key(seed, 100, 0), 0, i)[0] % static_cast<uint64_t>(s.V - kSpecialTokens);
    captions[i] = static_cast<int32_t>(kSpecialTokens + static_cast<int64_t>(word));
  }
  for (int64_t b = 0; b < s.B; ++b) {
    lengths.push_back(static_cast<int32_t>(s.T));
    image.push_back(static_cast<int32_t>(b));
  }
  writer.add("input.captions", StoredType::kI32, {s.B, s.T + 1}, captions.data());
  writer.add("input.lengths", StoredType::kI32, {s.B}, lengths.data());
  writer.add("input.image", StoredType::kI32, {s.B}, image.data());
  writer.set_metadata("rows_per_batch", std::to_string(s.B));
  writer.set_metadata("learning_rate", "0.0001");
  writer.write(path);
}

}  // namespace storyteller
