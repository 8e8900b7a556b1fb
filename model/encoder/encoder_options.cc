#include "model/encoder/encoder_options.h"

#include <algorithm>

namespace storyteller {
namespace {

using Choices = EncoderChoices;

constexpr float kImagenetMean[] = {0.485F, 0.456F, 0.406F};
constexpr float kImagenetDeviation[] = {0.229F, 0.224F, 0.225F};
constexpr int kSide = 224, kShortSide = 256;

bool tensorflow(const std::string& name) { return name.starts_with("mobilenet_v2"); }

void set_input(Preprocessing& p, Choices::Input input) {
  for (size_t c = 0; c < 3; ++c) {
    if (input == Choices::Input::kImagenet) {
      p.mean[c] = kImagenetMean[c] * 255;
      p.scale[c] = 1 / (kImagenetDeviation[c] * 255);
    } else if (input == Choices::Input::kUnit) {
      p.mean[c] = 128;
      p.scale[c] = 1.0F / 128;
    } else {
      p.scale[c] = 1;
    }
  }
  if (input == Choices::Input::kMeanColour) p.mean = {123, 117, 104};
}

Preprocessing preprocessing_of(const std::string& name, const Choices& choices) {
  const bool stretch = choices.resize == Choices::Resize::kStretch ||
                       (choices.resize == Choices::Resize::kDefault && tensorflow(name));
  Preprocessing p;
  p.width = p.height = choices.side > 0 ? choices.side : kSide;
  p.resize =
      stretch ? Preprocessing::Resize::kStretch : Preprocessing::Resize::kShortSideCentreCrop;
  p.short_side = p.width * kShortSide / kSide;
  Choices::Input input = choices.input;
  if (input == Choices::Input::kDefault) {
    input = tensorflow(name) ? Choices::Input::kUnit : Choices::Input::kImagenet;
  }
  set_input(p, input);
  if (choices.channels == Choices::Channels::kBgr) {
    p.channels = Preprocessing::ChannelOrder::kBgr;
    std::swap(p.mean[0], p.mean[2]);
    std::swap(p.scale[0], p.scale[2]);
  }
  return p;
}

}  // namespace

EncoderOptions encoder_options(const std::string& name, const EncoderChoices& choices) {
  const bool same = choices.padding == Choices::Padding::kDefault
                        ? tensorflow(name)
                        : choices.padding == Choices::Padding::kTensorflowSame;
  const bool folded = choices.norm == Choices::Norm::kDefault
                          ? tensorflow(name)
                          : choices.norm == Choices::Norm::kFolded;
  return {.layers = {.padding = same ? PaddingRule::kTensorflowSame : PaddingRule::kTorch,
                     .stride = choices.stride == Choices::Stride::kV1 ? StridePlacement::kV1
                                                                      : StridePlacement::kV15,
                     .folded = folded},
          .caffe_pool = choices.pool == Choices::Pool::kCaffe,
          .mean_image = choices.input == Choices::Input::kMeanImage,
          .preprocessing = preprocessing_of(name, choices)};
}

void declare(EncoderChoices& choices, Config& config) {
  config.add("encoder_padding", choices.padding,
             {{"default", Choices::Padding::kDefault},
              {"torch", Choices::Padding::kTorch},
              {"tensorflow_same", Choices::Padding::kTensorflowSame}},
             "zeros around the picture in a pretrained encoder's convolutions");
  config.add("encoder_stride", choices.stride,
             {{"default", Choices::Stride::kDefault},
              {"v1", Choices::Stride::kV1},
              {"v1.5", Choices::Stride::kV15}},
             "which convolution of a ResNet's bottleneck halves: the 1 x 1 or the 3 x 3");
  config.add("encoder_pool", choices.pool,
             {{"default", Choices::Pool::kDefault},
              {"torch", Choices::Pool::kTorch},
              {"caffe", Choices::Pool::kCaffe}},
             "a ResNet's pooling: zeros around, or none and rounded up");
  config.add("encoder_norm", choices.norm,
             {{"default", Choices::Norm::kDefault},
              {"batch", Choices::Norm::kBatch},
              {"folded", Choices::Norm::kFolded}},
             "batch norms in the file, or folded into its convolutions");
  config.add("encoder_input", choices.input,
             {{"default", Choices::Input::kDefault},
              {"imagenet", Choices::Input::kImagenet},
              {"unit", Choices::Input::kUnit},
              {"mean_colour", Choices::Input::kMeanColour},
              {"mean_image", Choices::Input::kMeanImage}},
             "how bytes become a pretrained encoder's input");
  config.add("encoder_channels", choices.channels,
             {{"default", Choices::Channels::kDefault},
              {"rgb", Choices::Channels::kRgb},
              {"bgr", Choices::Channels::kBgr}},
             "order of a pretrained encoder's input channels");
  config.add("encoder_resize", choices.resize,
             {{"default", Choices::Resize::kDefault},
              {"stretch", Choices::Resize::kStretch},
              {"crop", Choices::Resize::kCrop}},
             "how a picture becomes a square: stretched, or its short side fitted and the middle");
  config.add("encoder_side", choices.side, {0, 4096},
             "side of a pretrained encoder's input; 0: 224");
}

}  // namespace storyteller
