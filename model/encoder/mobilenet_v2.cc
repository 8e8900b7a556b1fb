#include "model/encoder/mobilenet_v2.h"

#include <algorithm>
#include <utility>

#include "model/encoder/pretrained.h"

namespace storyteller {
namespace {

/// Table 2 of the paper: rows of equal blocks; the stride belongs to the first of a row.
struct Row {
  int64_t expansion, channels, blocks, stride;
};
constexpr Row kRows[] = {{1, 16, 1, 1}, {6, 24, 2, 2},  {6, 32, 3, 2}, {6, 64, 4, 2},
                         {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};
constexpr int64_t kStemChannels = 32, kHeadChannels = 1280;
// Inference of more pictures goes in parts: what passes between two layers then fits into the
// caches (Zen 5, two threads: 350 pictures/s, against 290 for 64 at once) and takes a quarter of
// the memory.
constexpr int64_t kPicturesAtOnce = 16;
const std::string kFeatures = std::string(kEncoderPrefix) + "features.";

ConvolutionOptions convolution(int64_t kernel, int64_t stride, int64_t groups,
                               Activation activation) {
  return {.kernel = kernel,
          .stride = stride,
          .groups = groups,
          .activation = activation,
          .padding = PaddingRule::kTensorflowSame};
}

}  // namespace

MobileNetV2::MobileNetV2(Parameters& parameters)
    : parameters_(&parameters),
      stem_(parameters, kFeatures + "0.0", 3, kStemChannels,
            convolution(3, 2, 1, Activation::kRelu6)),
      head_(parameters, kFeatures + "18.0", kRows[6].channels, kHeadChannels,
            convolution(1, 1, 1, Activation::kRelu6)) {
  int64_t in = kStemChannels;
  for (const Row& row : kRows) {
    for (int64_t i = 0; i < row.blocks; ++i) {
      const std::string name = kFeatures + std::to_string(blocks_.size() + 1) + ".conv.";
      blocks_.push_back(block(name, in, row.channels, row.expansion, i == 0 ? row.stride : 1));
      in = row.channels;
    }
  }
}

MobileNetV2::Block MobileNetV2::block(const std::string& name, int64_t in, int64_t out,
                                      int64_t expansion, int64_t stride) {
  const int64_t wide = in * expansion;
  int position = 0;  // torchvision counts the layers that are there
  const auto next = [&](bool last) {
    return name + std::to_string(position++) + (last ? "" : ".0");
  };
  std::optional<Convolution> expand;
  if (expansion > 1) {
    expand.emplace(*parameters_, next(false), in, wide, convolution(1, 1, 1, Activation::kRelu6));
  }
  Convolution filter(*parameters_, next(false), wide, wide,
                     convolution(3, stride, wide, Activation::kRelu6));
  Convolution project(*parameters_, next(true), wide, out, convolution(1, 1, 1, Activation::kNone));
  return {std::move(expand), std::move(filter), std::move(project), stride == 1 && in == out};
}

Preprocessing MobileNetV2::preprocessing() const {
  return {.mean = {128, 128, 128}, .scale = {1.0F / 128, 1.0F / 128, 1.0F / 128}};
}

Var MobileNetV2::forward(Tape& tape, const Var& pictures) {
  const int64_t count = pictures.shape()[0];
  if (tape.recording() || count <= kPicturesAtOnce) return features(tape, pictures);
  const Tensor all = Tensor::empty({count, regions(), width()}, pictures.value().dtype(),
                                   pictures.value().device());
  for (int64_t begin = 0; begin < count; begin += kPicturesAtOnce) {
    const int64_t part = std::min(kPicturesAtOnce, count - begin);
    const Var some = features(tape, Var(pictures.value().row_range(begin, part)));
    all.row_range(begin, part).copy_from(some.value());
  }
  return Var(all);
}

std::vector<std::string> MobileNetV2::layers() const {
  std::vector<std::string> names;
  for (size_t i = 0; i < blocks_.size() + 2; ++i) names.push_back("features." + std::to_string(i));
  return names;
}

Var MobileNetV2::forward_layers(Tape& tape, const Var& input, size_t begin, size_t end) {
  Var x = input;
  for (size_t layer = begin; layer < end; ++layer) {
    if (layer == 0 || layer > blocks_.size()) {
      x = (layer == 0 ? stem_ : head_).forward(tape, x);
      continue;
    }
    Block& block = blocks_[layer - 1];
    const Var wide = block.expand ? block.expand->forward(tape, x) : x;
    x = block.project.forward(tape, block.filter.forward(tape, wide), block.residual ? x : Var());
  }
  return x;
}

Var MobileNetV2::features(Tape& tape, const Var& pictures) {
  const Var x = forward_layers(tape, pictures, 0, blocks_.size() + 2);
  return reshape(tape, x, {x.shape()[0], x.shape()[1] * x.shape()[2], x.shape()[3]});
}

void MobileNetV2::load_pretrained(const SafetensorsFile& file) {
  load_pretrained_values(file, *parameters_);
}

}  // namespace storyteller
