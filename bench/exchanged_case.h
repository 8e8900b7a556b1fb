#pragma once

#include <memory>
#include <string>

#include "core/parameters.h"
#include "core/serialization/safetensors.h"
#include "model/decoder/decoder.h"
#include "tests/golden_decoder.h"

namespace storyteller {

/// A case as bench/peers/training_step.py describes it, and our decoder with its weights.
struct ExchangedCase {
  SafetensorsFile file;
  Parameters parameters;
  DecoderOptions options;
  std::unique_ptr<Decoder> decoder;
  Tensor features;  ///< (I,L,D) of the type that the model computes in

  /// `dropout` is the rate in front of the output layer; `precision` float32 or bfloat16.
  static std::unique_ptr<ExchangedCase> read(const std::string& path, float dropout,
                                             bool with_gradients, Device device = Device::cpu(),
                                             DType precision = DType::kFloat32) {
    std::unique_ptr<ExchangedCase> read(
        new ExchangedCase{SafetensorsFile::open(path), {}, {}, {}, {}});
    const SafetensorsFile& file = read->file;
    const auto size = [&](const char* name, size_t axis) { return file.find(name).shape[axis]; };
    const DecoderOptions options = {.vocabulary = size("decoder.embedding.weight", 0),
                                    .feature_width = size("decoder.key.weight", 1),
                                    .embedding = size("decoder.embedding.weight", 1),
                                    .hidden = size("decoder.output.weight", 1),
                                    .attention = size("decoder.key.weight", 0),
                                    .score = ScoreFunction::kRelu,
                                    .gate = ContextGate::kVector,
                                    .initial_state = InitialState::kLinear,
                                    .output_dropout = dropout};
    read->options = options;
    Parameters& parameters = read->parameters;
    parameters.add_group({.name = "decoder"});
    read->decoder = make_decoder(options, parameters);
    parameters.allocate(precision, device, 1, with_gradients);
    for (const ExchangedWeight& weight : exchanged_weights(options)) {
      const Tensor& value = parameters.value(parameters.find(weight.ours));
      copy_to(value, part_of(file, "", weight, value.shape()));
    }
    parameters.bump_version();
    const auto shape = file.find("input.features").shape;
    std::vector<float> features(static_cast<size_t>(element_count(shape)));
    file.read_float("input.features", features);
    const Shape of_features = {shape[0], shape[1], shape[2]};
    read->features =
        precision == DType::kBFloat16
            ? Tensor::from(of_features, std::vector<bfloat16>(features.begin(), features.end()),
                           device)
            : Tensor::from(of_features, features, device);
    return read;
  }
};

}  // namespace storyteller
