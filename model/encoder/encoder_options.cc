#include "model/encoder/encoder_options.h"

#include <algorithm>

#include "model/encoder/network_table.h"

namespace storyteller {
namespace {

using Choices = EncoderChoices;

constexpr float kImagenetMean[] = {0.485F, 0.456F, 0.406F};
constexpr float kImagenetDeviation[] = {0.229F, 0.224F, 0.225F};
constexpr int kSide = 224, kShortSide = 256;

template <class Choice>
void settle(Choice& choice, Choice published) {
  if (choice == Choice{}) choice = published;
}

/// With the published checkpoint's in the place of defaults.
Choices settled(const std::string& name, Choices choices) {
  const Choices published = published_choices(name);
  settle(choices.padding, published.padding);
  settle(choices.stride, published.stride);
  settle(choices.pool, published.pool);
  settle(choices.norm, published.norm);
  settle(choices.input, published.input);
  settle(choices.channels, published.channels);
  settle(choices.resize, published.resize);
  settle(choices.side, published.side);
  return choices;
}

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

/// Of choices that are settled.
Preprocessing preprocessing_by(const Choices& choices) {
  Preprocessing p;
  p.width = p.height = choices.side;
  p.resize = choices.resize == Choices::Resize::kStretch
                 ? Preprocessing::Resize::kStretch
                 : Preprocessing::Resize::kShortSideCentreCrop;
  p.short_side = p.width * kShortSide / kSide;
  set_input(p, choices.input);
  if (choices.channels == Choices::Channels::kBgr) {
    p.channels = Preprocessing::ChannelOrder::kBgr;
    std::swap(p.mean[0], p.mean[2]);
    std::swap(p.scale[0], p.scale[2]);
  }
  return p;
}

}  // namespace

EncoderOptions encoder_options(const std::string& name, const EncoderChoices& made) {
  const Choices choices = settled(name, made);
  return {.layers = {.padding = choices.padding == Choices::Padding::kTensorflowSame
                                    ? PaddingRule::kTensorflowSame
                                    : PaddingRule::kTorch,
                     .stride = choices.stride == Choices::Stride::kV1 ? StridePlacement::kV1
                                                                      : StridePlacement::kV15,
                     .folded = choices.norm == Choices::Norm::kFolded},
          .caffe_pool = choices.pool == Choices::Pool::kCaffe,
          .mean_image = choices.input == Choices::Input::kMeanImage,
          .preprocessing = preprocessing_by(choices)};
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
  config.add(
      "encoder_side", choices.side, {0, 4096},
      "side of a pretrained encoder's input; 0: 224, and of efficientnet_lite1 240, of _lite2 260");
}

}  // namespace storyteller
