#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "core/tape.h"
#include "kernels/philox.h"
#include "model/decoder/decoder.h"
#include "model/vocabulary.h"

namespace storyteller {

/// A range of weights in which the states of every cell stay small, those without a bound too.
inline constexpr double kTameWeights = 0.9;

/// A decoder of some kind with random weights, and random pictures; all a function of `seed`. The
/// weights are float, so that decoders of a seed are the same network in every type and on every
/// device.
class TinyDecoder {
 public:
  struct Kind {
    DecoderKind decoder = DecoderKind::kSoft;
    CellKind cell = CellKind::kLstm;
    ImageInput image_input = ImageInput::kFirst;
    DecodingRegion decoding_region = DecodingRegion::kExpectation;
  };
  static constexpr int64_t kRegions = 4;

  /// `words` beside the four marks. `weight_range` 0 makes all words alike.
  TinyDecoder(uint64_t seed, DType type, int64_t words, int64_t pictures, double weight_range = 1.5,
              Device device = Device::cpu(),
              Kind kind = {DecoderKind::kSoft, CellKind::kLstm, ImageInput::kFirst,
                           DecodingRegion::kExpectation})
      : device_(device) {
    constexpr int64_t kWidth = 5;
    parameters_.add_group({.name = "decoder"});
    const DecoderOptions options = {
        .vocabulary = Vocabulary::kSpecialTokens + words,
        .feature_width = kWidth,
        .embedding = 4,
        .hidden = 6,
        .attention = 3,
        .kind = kind.decoder,
        .cell = kind.cell,
        .score = seed % 2 == 0 ? ScoreFunction::kTanh : ScoreFunction::kRelu,
        .gate = static_cast<ContextGate>(seed / 2 % 3),
        .initial_state = static_cast<InitialState>(seed / 6 % 3),
        .image_input = kind.image_input,
        .output = kind.decoder == DecoderKind::kFixed ? OutputLayer::kPlain
                                                      : static_cast<OutputLayer>(seed / 18 % 2),
        .decoding_region = kind.decoding_region,
    };
    decoder_ = make_decoder(options, parameters_);
    parameters_.allocate(type, device, seed, false);
    for (Parameters::Id id = 0; id < parameters_.size(); ++id) {
      fill(parameters_.value(id), philox_key(seed, 0, static_cast<uint64_t>(id)), weight_range);
    }
    parameters_.bump_version();
    decoder_->refresh();
    Tape tape(Tape::Mode::kInfer);
    const Tensor features = Tensor::empty({pictures, kRegions, kWidth}, wide(type), device);
    fill(features, philox_key(seed, 1, 0), 1);
    features_ = cast(tape, Var(features), type).value();
  }

  Decoder& decoder() { return *decoder_; }
  const Tensor& features() const { return features_; }
  int64_t vocabulary() const { return decoder_->vocabulary(); }

  /// What the decoder says after each of <start> and `words`, read one by one before picture `i`.
  struct Reading {
    std::vector<double> logits;  // (words + 1, V)
    std::vector<double> alpha;   // (words + 1, L); empty: it does not attend
  };
  Reading read(int64_t i, const std::vector<int>& words) {
    std::vector<int32_t> inputs = {Vocabulary::kStart};
    inputs.insert(inputs.end(), words.begin(), words.end());
    std::vector<int64_t> offset;
    for (int64_t t = 0; t <= std::ssize(inputs); ++t) offset.push_back(t);
    Tape tape(Tape::Mode::kInfer);
    const std::unique_ptr<DecoderLoop> loop = decoder_->make_loop();
    const auto memory = decoder_->prepare(tape, Var(features_.row_range(i, 1)));
    const RowMap map = make_row_map({0}, 1, device_);
    DecoderState state = decoder_->initial_state(tape, memory, map);
    decoder_->begin(tape, *loop, memory, map, {offset.data(), std::ssize(inputs)},
                    Tensor::from({std::ssize(inputs)}, inputs, device_));
    for (int64_t t = 0; t < std::ssize(inputs); ++t) state = decoder_->step(tape, *loop, t, state);
    const AttentionTrace trace = decoder_->attention(*loop);
    return {words_of(decoder_->logits(tape, *loop).value()),
            trace ? to_double(trace.alpha.value()) : std::vector<double>()};
  }

 private:
  static void fill(const Tensor& tensor, uint64_t key, double range) {
    std::vector<float> values;
    for (int64_t i = 0; i < tensor.elements(); ++i) {
      const double u = uniform01(philox(key, 0, static_cast<uint64_t>(i))[0]);
      values.push_back(static_cast<float>(range * (2 * u - 1)));
    }
    const std::vector<double> wide(values.begin(), values.end());
    tensor.copy_from_host(tensor.dtype() == DType::kFloat64 ? static_cast<const void*>(wide.data())
                                                            : values.data());
  }

  /// Without what lies behind the words.
  std::vector<double> words_of(const Tensor& logits) const {
    const std::vector<double> all = to_double(logits);
    std::vector<double> words;
    for (int64_t row = 0; row < logits.size(0); ++row) {
      const auto first = all.begin() + row * logits.size(1);
      words.insert(words.end(), first, first + vocabulary());
    }
    return words;
  }

  static std::vector<double> to_double(const Tensor& tensor) {
    if (tensor.dtype() == DType::kFloat64) return tensor.to_host<double>();
    const std::vector<float> values = to_host_float(tensor);
    return {values.begin(), values.end()};
  }

  Device device_;
  Parameters parameters_;
  std::unique_ptr<Decoder> decoder_;
  Tensor features_;
};

}  // namespace storyteller
