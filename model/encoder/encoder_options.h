#pragma once

#include <cstdint>
#include <string>

#include "core/config.h"
#include "model/encoder/layers.h"
#include "model/image/preprocess.h"

namespace storyteller {

/// What differs between two checkpoints of one encoder.
struct EncoderOptions {
  LayerOptions layers;
  bool caffe_pool = false;  ///< a ResNet's pooling as Caffe has it: no zeros around, rounded up
  bool mean_image = false;  ///< the file holds `mean_image` (3,H,W), which is subtracted
  int64_t classes = 0;      ///< > 0: the classifier is built too, for Network::logits()
  Preprocessing preprocessing;
};

/// How a checkpoint departs from its encoder's default; kept in every model file. kDefault is what
/// torchvision's weights want; for mobilenet_v2 what its TensorFlow release wants: padding SAME,
/// batch norms folded in the weights, pictures stretched and scaled to [-1, 1); for
/// EfficientNet-Lite padding SAME and pictures scaled so.
struct EncoderChoices {
  enum class Padding { kDefault, kTorch, kTensorflowSame };
  enum class Stride { kDefault, kV1, kV15 };
  enum class Pool { kDefault, kTorch, kCaffe };
  enum class Norm { kDefault, kBatch, kFolded };
  enum class Input {
    kDefault,
    kImagenet,    ///< RGB, mean and deviation of ImageNet
    kUnit,        ///< RGB from -1 to 1
    kMeanColour,  ///< 0 to 255 minus (123,117,104)
    kMeanImage,   ///< 0 to 255 minus the picture in the file
  };
  enum class Channels { kDefault, kRgb, kBgr };
  enum class Resize { kDefault, kStretch, kCrop };

  Padding padding = Padding::kDefault;
  Stride stride = Stride::kDefault;
  Pool pool = Pool::kDefault;
  Norm norm = Norm::kDefault;
  Input input = Input::kDefault;
  Channels channels = Channels::kDefault;
  Resize resize = Resize::kDefault;
  int side = 0;  ///< of the square input; 0: the published checkpoint's, of most 224

  friend bool operator==(const EncoderChoices&, const EncoderChoices&) = default;
};

/// Declares them as encoder_padding and so on.
void declare(EncoderChoices& choices, Config& config);

EncoderOptions encoder_options(const std::string& name, const EncoderChoices& choices = {});

}  // namespace storyteller
