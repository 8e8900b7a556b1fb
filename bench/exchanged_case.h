#pragma once

#include <memory>
#include <string>
#include <vector>

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
    const DecoderOptions options = options_of(file, path, dropout);
    read->options = options;
    Parameters& parameters = read->parameters;
    parameters.add_group({.name = "decoder"});
    read->decoder = make_decoder(options, parameters);
    parameters.allocate(precision, device, 1, with_gradients);
    for (const ExchangedWeight& weight : read->weights()) {
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

  /// Where the parameters lie in the file: under their own names where the file names the options
  /// of a kind of decoder.
  std::vector<ExchangedWeight> weights() const {
    if (!file.metadata().contains("options")) return exchanged_weights(options);
    std::vector<ExchangedWeight> own;
    for (Parameters::Id id = 0; id < parameters.size(); ++id) {
      if (!parameters.is_buffer(id)) own.push_back({parameters.name(id), parameters.name(id)});
    }
    return own;
  }

 private:
  static DecoderOptions options_of(const SafetensorsFile& file, const std::string& path,
                                   float dropout) {
    const auto size = [&](const char* name, size_t axis) { return file.find(name).shape[axis]; };
    DecoderOptions options = {.vocabulary = size("decoder.embedding.weight", 0),
                              .feature_width = size("input.features", 2),
                              .embedding = size("decoder.embedding.weight", 1),
                              .hidden = size("decoder.output.weight", 1),
                              .score = ScoreFunction::kRelu,
                              .gate = ContextGate::kVector,
                              .initial_state = InitialState::kLinear,
                              .output_dropout = dropout};
    if (!file.metadata().contains("options")) {
      options.attention = size("decoder.key.weight", 0);
      return options;
    }
    options.score = ScoreFunction::kTanh;
    options.initial_state = InitialState::kTanh;
    Config config;
    declare(options, config);
    config.load_json(file.metadata("options"), Config::Source::kFile, path);
    return options;
  }
};

}  // namespace storyteller
