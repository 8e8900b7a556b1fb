#include "model/search/step_model.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace storyteller {
namespace {

class DecoderSteps final : public StepModel {
 public:
  DecoderSteps(Decoder& decoder, const Concepts* concepts)
      : decoder_(decoder), concepts_(concepts), loop_(decoder.make_loop()) {}

  int64_t vocabulary() const override { return decoder_.vocabulary(); }

  void start(std::span<const Tensor> features) override {
    images_ = features[0].size(0);
    device_ = features[0].device();
    position_ = 0;
    regions_ = static_cast<size_t>(features[0].size(1));
    Var attended(features[0]);
    if (concepts_ != nullptr) {
      attended = concepts_->beside(tape_, attended, concepts_->detect(features[0]));
    }
    memory_ = decoder_.prepare(tape_, attended);
    std::vector<int32_t> images(static_cast<size_t>(images_));
    std::iota(images.begin(), images.end(), 0);
    map_ = make_row_map(images, images_, device_);
    state_ = decoder_.initial_state(tape_, memory_, map_);
  }

  Tensor step(const std::vector<int32_t>& words) override {
    const auto rows = static_cast<int64_t>(words.size());
    offset_ = {0, rows};
    decoder_.begin(tape_, *loop_, memory_, map_, {offset_.data(), 1},
                   Tensor::from({rows}, words, device_), {.step = position_++});
    state_ = decoder_.step(tape_, *loop_, 0, state_);
    return decoder_.logits(tape_, *loop_).value();
  }

  std::vector<float> attention() const override {
    const AttentionTrace trace = decoder_.attention(*loop_);
    return trace ? of_regions(to_host_float(trace.alpha.value())) : std::vector<float>();
  }

  std::vector<float> gates() const override {
    const AttentionTrace trace = decoder_.attention(*loop_);
    if (trace.sentinel) {
      std::vector<float> left = to_host_float(trace.sentinel.value());
      for (float& share : left) share = 1 - share;
      return left;
    }
    return trace.gate ? openness(trace) : std::vector<float>();
  }

  void gather(const std::vector<int32_t>& parents, const std::vector<int32_t>& images) override {
    const Tensor parent = Tensor::from({static_cast<int64_t>(parents.size())}, parents, device_);
    state_ = Decoder::gather(tape_, state_, parent);
    map_ = make_row_map(images, images_, device_);
  }

 private:
  /// Without the columns of the concepts, which are behind those of the regions.
  std::vector<float> of_regions(std::vector<float> alpha) const {
    if (concepts_ == nullptr) return alpha;
    const size_t width = regions_ + static_cast<size_t>(concepts_->inputs());
    for (size_t row = 0; row < alpha.size() / width; ++row) {
      std::copy_n(alpha.begin() + static_cast<std::ptrdiff_t>(row * width), regions_,
                  alpha.begin() + static_cast<std::ptrdiff_t>(row * regions_));
    }
    alpha.resize(alpha.size() / width * regions_);
    return alpha;
  }

  /// The mean of a gate over its units.
  static std::vector<float> openness(const AttentionTrace& trace) {
    const std::vector<float> gate = to_host_float(trace.gate.value());
    const auto width = static_cast<size_t>(trace.gate.shape()[1]);
    const auto begin = static_cast<size_t>(trace.gate_begin);
    std::vector<float> open;
    for (size_t row = 0; row < gate.size(); row += width) {
      double sum = 0;
      for (size_t i = begin; i < width; ++i) sum += 1 / (1 + std::exp(-double{gate[row + i]}));
      open.push_back(static_cast<float>(sum / static_cast<double>(width - begin)));
    }
    return open;
  }

  Decoder& decoder_;
  const Concepts* concepts_;
  Tape tape_{Tape::Mode::kInfer};
  std::unique_ptr<DecoderLoop> loop_;
  DecoderMemory memory_;
  DecoderState state_;
  RowMap map_;
  std::array<int64_t, 2> offset_ = {};
  int64_t images_ = 0;
  size_t regions_ = 0;
  uint64_t position_ = 0;  // of the word, for decoders that draw
  Device device_ = Device::cpu();
};

}  // namespace

std::unique_ptr<StepModel> step_model(Decoder& decoder, const Concepts* concepts) {
  return std::make_unique<DecoderSteps>(decoder, concepts);
}

}  // namespace storyteller
