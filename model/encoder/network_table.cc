#include "model/encoder/network_table.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <span>
#include <utility>

namespace storyteller {
namespace {

using LayerKind = LayerRow::Kind;

constexpr const char* kLayer3 = ":layer3";

// ---- VGG: table 1 of the paper, columns A, B, D, E: convolutions before each of the poolings ----

constexpr int64_t kVggChannels[] = {64, 128, 256, 512, 512};
const std::map<std::string, std::vector<int>> kVgg = {{"vgg11", {1, 1, 2, 2, 2}},
                                                      {"vgg13", {2, 2, 2, 2, 2}},
                                                      {"vgg16", {2, 2, 3, 3, 3}},
                                                      {"vgg19", {2, 2, 4, 4, 4}}};

NetworkTable vgg(const std::vector<int>& convolutions, bool norm) {
  NetworkTable table{
      .rows = {}, .classifier = ClassifierKind::kVgg, .classifier_name = "classifier"};
  int position = 0;  // torchvision counts convolutions, norms, relus and poolings in one list
  const auto name = [&] { return "features." + std::to_string(position++); };
  for (size_t stage = 0; stage < convolutions.size(); ++stage) {
    for (int i = 0; i < convolutions[stage]; ++i) {
      LayerRow row{.name = name(), .channels = kVggChannels[stage]};
      if (norm) row.norm = name();
      table.rows.push_back(row);
      ++position;
    }
    if (stage + 1 == convolutions.size()) break;  // features are taken before the last pooling
    table.rows.push_back(
        {.kind = LayerKind::kMaxPool, .name = name(), .kernel = 2, .stride = 2, .pad = false});
  }
  return table;
}

// ---- ResNet: table 1 of the paper: blocks of each of the four stages ----------------------------

struct ResNet {
  LayerKind block;
  std::vector<int> blocks;
};
const std::map<std::string, ResNet> kResNet = {
    {"resnet18", {LayerKind::kBasicBlock, {2, 2, 2, 2}}},
    {"resnet34", {LayerKind::kBasicBlock, {3, 4, 6, 3}}},
    {"resnet50", {LayerKind::kBottleneck, {3, 4, 6, 3}}},
    {"resnet101", {LayerKind::kBottleneck, {3, 4, 23, 3}}},
    {"resnet152", {LayerKind::kBottleneck, {3, 8, 36, 3}}}};

NetworkTable resnet(const ResNet& net, bool to_layer3, bool caffe_pool) {
  NetworkTable table{
      .rows = {{.name = "conv1", .norm = "bn1", .channels = 64, .kernel = 7, .stride = 2},
               {.kind = LayerKind::kMaxPool,
                .name = "maxpool",
                .kernel = 3,
                .stride = 2,
                .pad = !caffe_pool,
                .ceil_mode = caffe_pool}},
      .classifier = ClassifierKind::kMeanLinear,
      .classifier_name = to_layer3 ? "" : "fc"};
  int64_t channels = net.block == LayerKind::kBottleneck ? 256 : 64;
  for (size_t stage = 0; stage < (to_layer3 ? 3 : 4); ++stage, channels *= 2) {
    for (int i = 0; i < net.blocks[stage]; ++i) {
      table.rows.push_back({.kind = net.block,
                            .name = "layer" + std::to_string(stage + 1) + "." + std::to_string(i),
                            .channels = channels,
                            .stride = i == 0 && stage > 0 ? 2 : 1});
    }
  }
  return table;
}

// ---- Inverted residuals: the stride belongs to the first block of a row -------------------------

struct InvertedResiduals {
  int64_t expansion, channels;
  int blocks;
  int64_t stride;
  int64_t kernel = 3;
};

// MobileNetV2: table 2 of the paper.
constexpr InvertedResiduals kMobileNetV2[] = {{1, 16, 1, 1}, {6, 24, 2, 2}, {6, 32, 3, 2},
                                              {6, 64, 4, 2}, {6, 96, 3, 1}, {6, 160, 3, 2},
                                              {6, 320, 1, 1}};
// EfficientNet-B0: table 1 of the paper.
constexpr InvertedResiduals kEfficientNet[] = {
    {1, 16, 1, 1, 3},  {6, 24, 2, 2, 3},  {6, 40, 2, 2, 5}, {6, 80, 3, 2, 3},
    {6, 112, 3, 1, 5}, {6, 192, 4, 2, 5}, {6, 320, 1, 1, 3}};

/// EfficientNet-Lite: B0 with relu6, without squeeze and excitation, scaled by what `width` and
/// `depth` multiply its channels and blocks by; stem, head, and the number of the first and the
/// last row's blocks are not.
struct EfficientNetLite {
  double width, depth;
  int side;  ///< of the published checkpoint's input
};
const std::map<std::string, EfficientNetLite> kEfficientNetLite = {
    {"efficientnet_lite0", {1.0, 1.0, 224}},
    {"efficientnet_lite1", {1.0, 1.1, 240}},
    {"efficientnet_lite2", {1.1, 1.2, 260}}};
constexpr double kEfficientNetEpsilon = 1e-3;

/// The nearest multiple of 8, but not less than nine tenths of it.
int64_t scaled_channels(int64_t channels, double width) {
  const double wanted = static_cast<double>(channels) * width;
  const int64_t nearest = std::max<int64_t>(8, static_cast<int64_t>(wanted + 4) / 8 * 8);
  return static_cast<double>(nearest) < 0.9 * wanted ? nearest + 8 : nearest;
}

std::vector<InvertedResiduals> scaled(const EfficientNetLite& net) {
  std::vector<InvertedResiduals> rows(std::begin(kEfficientNet), std::end(kEfficientNet));
  for (InvertedResiduals& row : rows) {
    row.channels = scaled_channels(row.channels, net.width);
    if (&row == &rows.front() || &row == &rows.back()) continue;
    row.blocks = static_cast<int>(std::ceil(row.blocks * net.depth));
  }
  return rows;
}

/// All of a network of inverted residuals, under the names that torchvision gives MobileNetV2's.
NetworkTable inverted_residuals(std::span<const InvertedResiduals> table_rows, double epsilon) {
  const auto plain = [&](int position, int64_t channels, int64_t kernel, int64_t stride) {
    const std::string name = "features." + std::to_string(position);
    return LayerRow{.name = name + ".0",
                    .norm = name + ".1",
                    .channels = channels,
                    .kernel = kernel,
                    .stride = stride,
                    .activation = Activation::kRelu6,
                    .epsilon = epsilon};
  };
  NetworkTable table{.rows = {plain(0, 32, 3, 2)},
                     .classifier = ClassifierKind::kMeanLinear,
                     .classifier_name = "classifier.1"};
  int position = 1;
  for (const InvertedResiduals& row : table_rows) {
    for (int i = 0; i < row.blocks; ++i, ++position) {
      table.rows.push_back({.kind = LayerKind::kInvertedResidual,
                            .name = "features." + std::to_string(position),
                            .channels = row.channels,
                            .kernel = row.kernel,
                            .stride = i == 0 ? row.stride : 1,
                            .expansion = row.expansion,
                            .epsilon = epsilon});
    }
  }
  table.rows.push_back(plain(position, 1280, 1, 1));
  return table;
}

/// `table` up to the expansion of its last block that halves: its last grid of that side, at its
/// widest. Its module is features.N.conv.0.
NetworkTable up_to_last_expansion(NetworkTable table) {
  const auto halves = [](const LayerRow& row) { return row.stride == 2; };
  const auto last = std::find_if(table.rows.rbegin(), table.rows.rend(), halves).base() - 1;
  last->kind = LayerKind::kExpansion;
  last->channels = std::prev(last)->channels * last->expansion;
  table.rows.erase(last + 1, table.rows.end());
  table.classifier_name = "";
  return table;
}

std::optional<NetworkTable> inverted_residuals(const std::string& net) {
  if (net == "mobilenet_v2") return inverted_residuals(kMobileNetV2, BatchNormOptions().epsilon);
  const auto found = kEfficientNetLite.find(net);
  if (found == kEfficientNetLite.end()) return std::nullopt;
  return inverted_residuals(scaled(found->second), kEfficientNetEpsilon);
}

/// ":features.N.conv.0"
std::string last_expansion(const NetworkTable& whole) {
  return ":" + up_to_last_expansion(whole).rows.back().name + ".conv.0";
}

// ---- SqueezeNet: table 1 of the paper; 0 stands for a pooling -----------------------------------

NetworkTable squeezenet(bool first_version) {
  NetworkTable table{.rows = {{.name = "features.0",
                               .channels = first_version ? 96 : 64,
                               .kernel = first_version ? 7 : 3,
                               .stride = 2,
                               .pad = false}},
                     .classifier = ClassifierKind::kSqueezeNet,
                     .classifier_name = "classifier.1"};
  const std::vector<int64_t> channels =
      first_version ? std::vector<int64_t>{0, 128, 128, 256, 0, 256, 384, 384, 512, 0, 512}
                    : std::vector<int64_t>{0, 128, 128, 0, 256, 256, 0, 384, 384, 512, 512};
  int position = 2;  // behind the first convolution and its relu
  for (const int64_t width : channels) {
    const std::string name = "features." + std::to_string(position++);
    table.rows.push_back(width > 0
                             ? LayerRow{.kind = LayerKind::kFire, .name = name, .channels = width}
                             : LayerRow{.kind = LayerKind::kMaxPool,
                                        .name = name,
                                        .kernel = 3,
                                        .stride = 2,
                                        .pad = false,
                                        .ceil_mode = true});
  }
  return table;
}

}  // namespace

std::optional<NetworkTable> network_table(const std::string& name, const EncoderOptions& options) {
  const std::string net = name.substr(0, name.find(':')), tap = name.substr(net.size());
  if (const auto found = kResNet.find(net); found != kResNet.end()) {
    if (!tap.empty() && tap != kLayer3) return std::nullopt;
    return resnet(found->second, !tap.empty(), options.caffe_pool);
  }
  if (auto whole = inverted_residuals(net)) {
    if (tap.empty()) return whole;
    if (tap != last_expansion(*whole)) return std::nullopt;
    return up_to_last_expansion(*std::move(whole));
  }
  if (!tap.empty()) return std::nullopt;
  if (net == "squeezenet1_0" || net == "squeezenet1_1") return squeezenet(net == "squeezenet1_0");
  const bool norm = net.ends_with("_bn");
  const auto found = kVgg.find(norm ? net.substr(0, net.size() - 3) : net);
  if (found == kVgg.end()) return std::nullopt;
  return vgg(found->second, norm);
}

EncoderChoices published_choices(const std::string& name) {
  using Choices = EncoderChoices;
  constexpr int kSide = 224;
  const std::string net = name.substr(0, name.find(':'));
  if (const auto lite = kEfficientNetLite.find(net); lite != kEfficientNetLite.end()) {
    return {.padding = Choices::Padding::kTensorflowSame,
            .stride = Choices::Stride::kV15,
            .pool = Choices::Pool::kTorch,
            .norm = Choices::Norm::kBatch,
            .input = Choices::Input::kUnit,
            .channels = Choices::Channels::kRgb,
            .resize = Choices::Resize::kCrop,
            .side = lite->second.side};
  }
  if (net == "mobilenet_v2") {
    return {.padding = Choices::Padding::kTensorflowSame,
            .stride = Choices::Stride::kV15,
            .pool = Choices::Pool::kTorch,
            .norm = Choices::Norm::kFolded,
            .input = Choices::Input::kUnit,
            .channels = Choices::Channels::kRgb,
            .resize = Choices::Resize::kStretch,
            .side = kSide};
  }
  return {.padding = Choices::Padding::kTorch,
          .stride = Choices::Stride::kV15,
          .pool = Choices::Pool::kTorch,
          .norm = Choices::Norm::kBatch,
          .input = Choices::Input::kImagenet,
          .channels = Choices::Channels::kRgb,
          .resize = Choices::Resize::kCrop,
          .side = kSide};
}

std::vector<std::string> network_names() {
  std::vector<std::string> names;
  for (const auto& [name, unused] : kVgg) names.insert(names.end(), {name, name + "_bn"});
  for (const auto& [name, unused] : kResNet) names.insert(names.end(), {name, name + kLayer3});
  std::vector<std::string> inverted = {"mobilenet_v2"};
  for (const auto& [name, unused] : kEfficientNetLite) inverted.push_back(name);
  for (const std::string& name : inverted) {
    names.insert(names.end(), {name, name + last_expansion(*inverted_residuals(name))});
  }
  names.insert(names.end(), {"squeezenet1_0", "squeezenet1_1"});
  return names;
}

}  // namespace storyteller
