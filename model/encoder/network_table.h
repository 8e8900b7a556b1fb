#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/encoder/encoder_options.h"
#include "model/encoder/layers.h"

namespace storyteller {

/// What turns features into logits, beside the features' own layers.
enum class ClassifierKind {
  kMeanLinear,  ///< mean over regions, a linear map (ResNet, MobileNetV2, EfficientNet-Lite)
  kVgg,         ///< a last pooling, two hidden layers of 4,096, a linear map
  kSqueezeNet,  ///< a 1 x 1 convolution, relu, mean over regions
};

/// A network: its layers in order up to the features, and what it is called.
struct NetworkTable {
  std::vector<LayerRow> rows;
  ClassifierKind classifier = ClassifierKind::kMeanLinear;
  std::string classifier_name;  ///< of the last layer; empty: it does not fit these features
};

/// Nothing when there is no pretrained network of that name. Names:
///   vgg11 vgg13 vgg16 vgg19, with _bn too                 Simonyan and Zisserman, 2015
///   resnet18 resnet34 resnet50 resnet101 resnet152         He et al., 2016
///   squeezenet1_0 squeezenet1_1                            Iandola et al., 2016
///   mobilenet_v2                                           Sandler et al., 2018
///   efficientnet_lite0 efficientnet_lite1 efficientnet_lite2
///        Tan and Le, 2019, as released for TensorFlow Lite in 2020; names as of mobilenet_v2
/// NAME:MODULE takes the features behind another module of torchvision's: resnetN:layer3, and the
/// expansion before the last halving, mobilenet_v2:features.14.conv.0 and the Lites'.
std::optional<NetworkTable> network_table(const std::string& name, const EncoderOptions& options);

/// What the network's published checkpoint wants: that of torchvision, for mobilenet_v2 its release
/// for TensorFlow, and for the EfficientNets theirs, in PyTorch's form. No choice is kDefault.
EncoderChoices published_choices(const std::string& name);

/// Every name that network_table() knows.
std::vector<std::string> network_names();

}  // namespace storyteller
