#include "model/encoder/naming.h"

#include <array>

namespace storyteller {
namespace {

// torch.nn.Sequential(*list(resnet.children())[:-2]), as captioners and fastai save a ResNet: the
// relu and the pooling in between are counted too.
constexpr NamePart kChildrenOfResNet[] = {{"^conv1.", "0."},  {"^bn1.", "1."},
                                          {"^layer1.", "4."}, {"^layer2.", "5."},
                                          {"^layer3.", "6."}, {"^layer4.", "7."}};

// vgg.features, squeezenet.features, mobilenet.features alone.
constexpr NamePart kFeaturesAlone[] = {{"^features.", ""}};

// transformers' ResNetModel.
constexpr NamePart kHuggingFaceResNet[] = {
    {"^conv1.", "embedder.embedder.convolution."}, {"^bn1.", "embedder.embedder.normalization."},
    {"^layer1.", "encoder.stages.0.layers."},      {"^layer2.", "encoder.stages.1.layers."},
    {"^layer3.", "encoder.stages.2.layers."},      {"^layer4.", "encoder.stages.3.layers."},
    {".downsample.0.", ".shortcut.convolution."},  {".downsample.1.", ".shortcut.normalization."},
    {".conv1.", ".layer.0.convolution."},          {".conv2.", ".layer.1.convolution."},
    {".conv3.", ".layer.2.convolution."},          {".bn1.", ".layer.0.normalization."},
    {".bn2.", ".layer.1.normalization."},          {".bn3.", ".layer.2.normalization."}};

constexpr NamePart kDetectron2[] = {{"^conv1.", "stem.conv1."},
                                    {"^bn1.", "stem.conv1.norm."},
                                    {"^layer1.", "res2."},
                                    {"^layer2.", "res3."},
                                    {"^layer3.", "res4."},
                                    {"^layer4.", "res5."},
                                    {".downsample.0.", ".shortcut."},
                                    {".downsample.1.", ".shortcut.norm."},
                                    {".bn1.", ".conv1.norm."},
                                    {".bn2.", ".conv2.norm."},
                                    {".bn3.", ".conv3.norm."}};

// Blobs of Caffe2's model zoo and Detectron.
constexpr NamePart kCaffe2ResNet[] = {{"^conv1.weight", "conv1_w"},
                                      {"^bn1.", "res_conv1_bn_"},
                                      {"^layer1.", "res2_"},
                                      {"^layer2.", "res3_"},
                                      {"^layer3.", "res4_"},
                                      {"^layer4.", "res5_"},
                                      {".downsample.0.weight", "_branch1_w"},
                                      {".conv1.weight", "_branch2a_w"},
                                      {".conv2.weight", "_branch2b_w"},
                                      {".conv3.weight", "_branch2c_w"},
                                      {".downsample.1.", "_branch1_bn_"},
                                      {".bn1.", "_branch2a_bn_"},
                                      {".bn2.", "_branch2b_bn_"},
                                      {".bn3.", "_branch2c_bn_"},
                                      {"bn_weight", "bn_s"},
                                      {"bn_bias", "bn_b"},
                                      {"bn_running_mean", "bn_rm"},
                                      {"bn_running_var", "bn_riv"}};

// timm counts the blocks of a stage anew, and norms apart from convolutions.
constexpr NamePart kTimmMobileNetV2[] = {{"^features.0.0.", "conv_stem."},
                                         {"^features.0.1.", "bn1."},
                                         {"^features.18.0.", "conv_head."},
                                         {"^features.18.1.", "bn2."},
                                         {"^features.1.conv.0.0.", "blocks.0.0.conv_dw."},
                                         {"^features.1.conv.0.1.", "blocks.0.0.bn1."},
                                         {"^features.1.conv.1.", "blocks.0.0.conv_pw."},
                                         {"^features.1.conv.2.", "blocks.0.0.bn2."},
                                         {"^features.2.", "blocks.1.0."},
                                         {"^features.3.", "blocks.1.1."},
                                         {"^features.4.", "blocks.2.0."},
                                         {"^features.5.", "blocks.2.1."},
                                         {"^features.6.", "blocks.2.2."},
                                         {"^features.7.", "blocks.3.0."},
                                         {"^features.8.", "blocks.3.1."},
                                         {"^features.9.", "blocks.3.2."},
                                         {"^features.10.", "blocks.3.3."},
                                         {"^features.11.", "blocks.4.0."},
                                         {"^features.12.", "blocks.4.1."},
                                         {"^features.13.", "blocks.4.2."},
                                         {"^features.14.", "blocks.5.0."},
                                         {"^features.15.", "blocks.5.1."},
                                         {"^features.16.", "blocks.5.2."},
                                         {"^features.17.", "blocks.6.0."},
                                         {".conv.0.0.", ".conv_pw."},
                                         {".conv.0.1.", ".bn1."},
                                         {".conv.1.0.", ".conv_dw."},
                                         {".conv.1.1.", ".bn2."},
                                         {".conv.2.", ".conv_pwl."},
                                         {".conv.3.", ".bn3."}};

// transformers' MobileNetV2Model.
constexpr NamePart kHuggingFaceMobileNetV2[] = {
    {"^features.0.0.", "conv_stem.first_conv.convolution."},
    {"^features.0.1.", "conv_stem.first_conv.normalization."},
    {"^features.18.0.", "conv_1x1.convolution."},
    {"^features.18.1.", "conv_1x1.normalization."},
    {"^features.1.conv.0.0.", "conv_stem.conv_3x3.convolution."},
    {"^features.1.conv.0.1.", "conv_stem.conv_3x3.normalization."},
    {"^features.1.conv.1.", "conv_stem.reduce_1x1.convolution."},
    {"^features.1.conv.2.", "conv_stem.reduce_1x1.normalization."},
    {"^features.2.", "layer.0."},
    {"^features.3.", "layer.1."},
    {"^features.4.", "layer.2."},
    {"^features.5.", "layer.3."},
    {"^features.6.", "layer.4."},
    {"^features.7.", "layer.5."},
    {"^features.8.", "layer.6."},
    {"^features.9.", "layer.7."},
    {"^features.10.", "layer.8."},
    {"^features.11.", "layer.9."},
    {"^features.12.", "layer.10."},
    {"^features.13.", "layer.11."},
    {"^features.14.", "layer.12."},
    {"^features.15.", "layer.13."},
    {"^features.16.", "layer.14."},
    {"^features.17.", "layer.15."},
    {".conv.0.0.", ".expand_1x1.convolution."},
    {".conv.0.1.", ".expand_1x1.normalization."},
    {".conv.1.0.", ".conv_3x3.convolution."},
    {".conv.1.1.", ".conv_3x3.normalization."},
    {".conv.2.", ".reduce_1x1.convolution."},
    {".conv.3.", ".reduce_1x1.normalization."}};

// EfficientNet-PyTorch, which counts blocks through; the head lies behind 16 of them (Lite0) or 21.
constexpr NamePart kEfficientNetPyTorch[] = {
    {"^features.0.0.", "_conv_stem."},
    {"^features.0.1.", "_bn0."},
    {"^features.17.0.", "_conv_head."},
    {"^features.17.1.", "_bn1."},
    {"^features.22.0.", "_conv_head."},
    {"^features.22.1.", "_bn1."},
    {"^features.1.conv.0.0.", "_blocks.0._depthwise_conv."},
    {"^features.1.conv.0.1.", "_blocks.0._bn1."},
    {"^features.1.conv.1.", "_blocks.0._project_conv."},
    {"^features.1.conv.2.", "_blocks.0._bn2."},
    {"^features.2.", "_blocks.1."},
    {"^features.3.", "_blocks.2."},
    {"^features.4.", "_blocks.3."},
    {"^features.5.", "_blocks.4."},
    {"^features.6.", "_blocks.5."},
    {"^features.7.", "_blocks.6."},
    {"^features.8.", "_blocks.7."},
    {"^features.9.", "_blocks.8."},
    {"^features.10.", "_blocks.9."},
    {"^features.11.", "_blocks.10."},
    {"^features.12.", "_blocks.11."},
    {"^features.13.", "_blocks.12."},
    {"^features.14.", "_blocks.13."},
    {"^features.15.", "_blocks.14."},
    {"^features.16.", "_blocks.15."},
    {"^features.17.", "_blocks.16."},
    {"^features.18.", "_blocks.17."},
    {"^features.19.", "_blocks.18."},
    {"^features.20.", "_blocks.19."},
    {"^features.21.", "_blocks.20."},
    {".conv.0.0.", "._expand_conv."},
    {".conv.0.1.", "._bn0."},
    {".conv.1.0.", "._depthwise_conv."},
    {".conv.1.1.", "._bn1."},
    {".conv.2.", "._project_conv."},
    {".conv.3.", "._bn2."}};

// timm's tf_efficientnet_lite0, and Lite1 and Lite2, which have as many blocks as each other.
constexpr NamePart kTimmEfficientNetLite0[] = {{"^features.0.0.", "conv_stem."},
                                               {"^features.0.1.", "bn1."},
                                               {"^features.17.0.", "conv_head."},
                                               {"^features.17.1.", "bn2."},
                                               {"^features.1.conv.0.0.", "blocks.0.0.conv_dw."},
                                               {"^features.1.conv.0.1.", "blocks.0.0.bn1."},
                                               {"^features.1.conv.1.", "blocks.0.0.conv_pw."},
                                               {"^features.1.conv.2.", "blocks.0.0.bn2."},
                                               {"^features.2.", "blocks.1.0."},
                                               {"^features.3.", "blocks.1.1."},
                                               {"^features.4.", "blocks.2.0."},
                                               {"^features.5.", "blocks.2.1."},
                                               {"^features.6.", "blocks.3.0."},
                                               {"^features.7.", "blocks.3.1."},
                                               {"^features.8.", "blocks.3.2."},
                                               {"^features.9.", "blocks.4.0."},
                                               {"^features.10.", "blocks.4.1."},
                                               {"^features.11.", "blocks.4.2."},
                                               {"^features.12.", "blocks.5.0."},
                                               {"^features.13.", "blocks.5.1."},
                                               {"^features.14.", "blocks.5.2."},
                                               {"^features.15.", "blocks.5.3."},
                                               {"^features.16.", "blocks.6.0."},
                                               {".conv.0.0.", ".conv_pw."},
                                               {".conv.0.1.", ".bn1."},
                                               {".conv.1.0.", ".conv_dw."},
                                               {".conv.1.1.", ".bn2."},
                                               {".conv.2.", ".conv_pwl."},
                                               {".conv.3.", ".bn3."}};

constexpr NamePart kTimmEfficientNetLite1[] = {{"^features.0.0.", "conv_stem."},
                                               {"^features.0.1.", "bn1."},
                                               {"^features.22.0.", "conv_head."},
                                               {"^features.22.1.", "bn2."},
                                               {"^features.1.conv.0.0.", "blocks.0.0.conv_dw."},
                                               {"^features.1.conv.0.1.", "blocks.0.0.bn1."},
                                               {"^features.1.conv.1.", "blocks.0.0.conv_pw."},
                                               {"^features.1.conv.2.", "blocks.0.0.bn2."},
                                               {"^features.2.", "blocks.1.0."},
                                               {"^features.3.", "blocks.1.1."},
                                               {"^features.4.", "blocks.1.2."},
                                               {"^features.5.", "blocks.2.0."},
                                               {"^features.6.", "blocks.2.1."},
                                               {"^features.7.", "blocks.2.2."},
                                               {"^features.8.", "blocks.3.0."},
                                               {"^features.9.", "blocks.3.1."},
                                               {"^features.10.", "blocks.3.2."},
                                               {"^features.11.", "blocks.3.3."},
                                               {"^features.12.", "blocks.4.0."},
                                               {"^features.13.", "blocks.4.1."},
                                               {"^features.14.", "blocks.4.2."},
                                               {"^features.15.", "blocks.4.3."},
                                               {"^features.16.", "blocks.5.0."},
                                               {"^features.17.", "blocks.5.1."},
                                               {"^features.18.", "blocks.5.2."},
                                               {"^features.19.", "blocks.5.3."},
                                               {"^features.20.", "blocks.5.4."},
                                               {"^features.21.", "blocks.6.0."},
                                               {".conv.0.0.", ".conv_pw."},
                                               {".conv.0.1.", ".bn1."},
                                               {".conv.1.0.", ".conv_dw."},
                                               {".conv.1.1.", ".bn2."},
                                               {".conv.2.", ".conv_pwl."},
                                               {".conv.3.", ".bn3."}};

// The authors' VGG-16 and VGG-19, as converters from Caffe name them.
constexpr NamePart kCaffeVgg16[] = {
    {"^features.0.", "conv1_1."},  {"^features.2.", "conv1_2."},  {"^features.5.", "conv2_1."},
    {"^features.7.", "conv2_2."},  {"^features.10.", "conv3_1."}, {"^features.12.", "conv3_2."},
    {"^features.14.", "conv3_3."}, {"^features.17.", "conv4_1."}, {"^features.19.", "conv4_2."},
    {"^features.21.", "conv4_3."}, {"^features.24.", "conv5_1."}, {"^features.26.", "conv5_2."},
    {"^features.28.", "conv5_3."}};
constexpr NamePart kCaffeVgg19[] = {
    {"^features.0.", "conv1_1."},  {"^features.2.", "conv1_2."},  {"^features.5.", "conv2_1."},
    {"^features.7.", "conv2_2."},  {"^features.10.", "conv3_1."}, {"^features.12.", "conv3_2."},
    {"^features.14.", "conv3_3."}, {"^features.16.", "conv3_4."}, {"^features.19.", "conv4_1."},
    {"^features.21.", "conv4_2."}, {"^features.23.", "conv4_3."}, {"^features.25.", "conv4_4."},
    {"^features.28.", "conv5_1."}, {"^features.30.", "conv5_2."}, {"^features.32.", "conv5_3."},
    {"^features.34.", "conv5_4."}};

constexpr std::array kNamings = {Naming{"torchvision", {}},
                                 Naming{"the module 'features' alone", kFeaturesAlone},
                                 Naming{"a ResNet's children in a row", kChildrenOfResNet},
                                 Naming{"Hugging Face", kHuggingFaceResNet},
                                 Naming{"Hugging Face", kHuggingFaceMobileNetV2},
                                 Naming{"detectron2", kDetectron2},
                                 Naming{"timm", kTimmMobileNetV2},
                                 Naming{"EfficientNet-PyTorch", kEfficientNetPyTorch},
                                 Naming{"timm", kTimmEfficientNetLite0},
                                 Naming{"timm", kTimmEfficientNetLite1},
                                 Naming{"Caffe2", kCaffe2ResNet},
                                 Naming{"Caffe", kCaffeVgg16},
                                 Naming{"Caffe", kCaffeVgg19}};

}  // namespace

std::string Naming::of(std::string_view name) const {
  std::string text = "^" + std::string(name);
  for (const NamePart& part : parts) {
    const std::size_t at = text.find(part.torchvision);
    if (at == std::string::npos) continue;
    const std::string begin = part.torchvision.front() == '^' ? "^" : "";
    text.replace(at, part.torchvision.size(), begin + std::string(part.other));
  }
  return text.substr(1);
}

std::span<const Naming> namings() { return kNamings; }

}  // namespace storyteller
