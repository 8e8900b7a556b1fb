#include "model/encoder/scene_cnn.h"

#include "model/encoder/pretrained.h"

namespace storyteller {
namespace {

struct Stage {
  int64_t channels, blocks, stride;
};
constexpr int64_t kSceneStemChannels = 32;
constexpr Stage kStages[] = {{32, 1, 1}, {64, 1, 2}, {128, 1, 2}};

}  // namespace

SceneCnn::SceneCnn(Parameters& parameters)
    : stem_(parameters, std::string(kEncoderPrefix) + "stem", 3, kSceneStemChannels,
            halving_convolution(4, Activation::kRelu)) {
  int64_t in = kSceneStemChannels;
  for (const Stage& stage : kStages) {
    for (int64_t i = 0; i < stage.blocks; ++i) {
      const int64_t out = stage.channels, stride = i == 0 ? stage.stride : 1;
      const std::string name =
          std::string(kEncoderPrefix) + "block" + std::to_string(blocks_.size() + 1);
      blocks_.emplace_back(parameters, name, in, out, stride != 1);
      in = out;
    }
  }
}

Var SceneCnn::forward(Tape& tape, const Var& pictures) {
  Var x = stem_.forward(tape, pictures);
  for (ResidualBlock& block : blocks_) x = block.forward(tape, x);
  return reshape(tape, x, {x.shape()[0], x.shape()[1] * x.shape()[2], x.shape()[3]});
}

void SceneCnn::freeze_statistics(bool frozen) {
  stem_.freeze_statistics(frozen);
  for (ResidualBlock& block : blocks_) block.freeze_statistics(frozen);
}

}  // namespace storyteller
