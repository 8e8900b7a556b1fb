#include "model/search/step_model.h"

#include <array>
#include <numeric>

namespace storyteller {
namespace {

class DecoderSteps final : public StepModel {
 public:
  explicit DecoderSteps(Decoder& decoder) : decoder_(decoder), loop_(decoder.make_loop()) {}

  int64_t vocabulary() const override { return decoder_.vocabulary(); }

  void start(std::span<const Tensor> features) override {
    images_ = features[0].size(0);
    device_ = features[0].device();
    position_ = 0;
    memory_ = decoder_.prepare(tape_, Var(features[0]));
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
    return trace ? to_host_float(trace.alpha.value()) : std::vector<float>();
  }

  void gather(const std::vector<int32_t>& parents, const std::vector<int32_t>& images) override {
    const Tensor parent = Tensor::from({static_cast<int64_t>(parents.size())}, parents, device_);
    state_ = Decoder::gather(tape_, state_, parent);
    map_ = make_row_map(images, images_, device_);
  }

 private:
  Decoder& decoder_;
  Tape tape_{Tape::Mode::kInfer};
  std::unique_ptr<DecoderLoop> loop_;
  DecoderMemory memory_;
  DecoderState state_;
  RowMap map_;
  std::array<int64_t, 2> offset_ = {};
  int64_t images_ = 0;
  uint64_t position_ = 0;  // of the word, for decoders that draw
  Device device_ = Device::cpu();
};

}  // namespace

std::unique_ptr<StepModel> step_model(Decoder& decoder) {
  return std::make_unique<DecoderSteps>(decoder);
}

}  // namespace storyteller
