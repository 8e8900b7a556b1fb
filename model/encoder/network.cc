#include "model/encoder/network.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/error.h"
#include "model/encoder/misfit.h"
#include "model/encoder/pretrained.h"

namespace storyteller {
namespace {

// Inference of more pictures goes in parts: what passes between two layers then fits into the
// caches (MobileNetV2 on Zen 5, two threads: 350 pictures/s, against 290 for 64 at once) and takes
// a quarter of the memory.
constexpr int64_t kPicturesAtOnce = 16;
constexpr int64_t kVggSide = 7, kVggHidden = 4096;  // VGG's classifier

Var as_regions(Tape& tape, const Var& x) {
  return reshape(tape, x, {x.shape()[0], x.shape()[1] * x.shape()[2], x.shape()[3]});
}

/// Three planes, as files hold a mean image, as pixels.
std::vector<float> pixels_of(const std::vector<float>& planes) {
  const auto plane = planes.size() / 3;
  std::vector<float> pixels(planes.size());
  for (size_t i = 0; i < planes.size(); ++i) pixels[i] = planes[i % 3 * plane + i / 3];
  return pixels;
}

std::string value_name(const std::string& name) { return std::string(kEncoderPrefix) + name; }

}  // namespace

Network::Network(std::string name, NetworkTable table, const EncoderOptions& options,
                 Parameters& parameters)
    : name_(std::move(name)),
      table_(std::move(table)),
      options_(options),
      parameters_(&parameters) {
  for (const LayerRow& row : table_.rows) {
    layers_.push_back(
        make_layer(parameters, std::string(kEncoderPrefix), row, width_, options.layers));
    if (row.channels > 0) width_ = row.channels;
  }
  if (options.mean_image) {
    const Preprocessing& input = options.preprocessing;
    mean_image_ = parameters.declare_buffer(value_name(std::string(kMeanImage)),
                                            {input.height, input.width, 3}, 0);
  }
  if (options.classes > 0) declare_classifier();
}

void Network::declare_classifier() {
  const std::string name = value_name(table_.classifier_name);
  const auto zeros = Initializer::constant(0);
  const auto declare = [&](const std::string& layer, int64_t in, int64_t out) {
    parameters_->declare(layer + ".weight", {out, in}, zeros);
    parameters_->declare(layer + ".bias", {out}, zeros);
  };
  if (table_.classifier_name.empty()) {
    throw InternalError("the encoder '" + name_ + "' has no classifier: its features are not last");
  }
  if (table_.classifier == ClassifierKind::kSqueezeNet) {
    classifier_.emplace(*parameters_, name, width_, options_.classes,
                        ConvolutionOptions{.kernel = 1, .activation = Activation::kRelu});
  } else if (table_.classifier == ClassifierKind::kVgg) {
    declare(name + ".0", width_ * kVggSide * kVggSide, kVggHidden);
    declare(name + ".3", kVggHidden, kVggHidden);
    declare(name + ".6", kVggHidden, options_.classes);
  } else {
    declare(name, width_, options_.classes);
  }
}

int64_t Network::grid(int64_t side) const {
  for (const LayerRow& row : table_.rows) side = row.output_side(side, options_.layers.padding);
  return side;
}

Var Network::without_mean_image(Tape& tape, const Var& pictures) const {
  const Tensor& mean = parameters_->value(mean_image_);
  const Shape& shape = pictures.shape();
  const Tensor all = Tensor::empty(shape, mean.dtype(), mean.device());
  for (int64_t i = 0; i < shape[0]; ++i) {
    all.row_range(i, 1).reshaped(mean.shape()).copy_from(mean);
  }
  const Var minus = scale(tape, cast(tape, Var(all), pictures.value().dtype()), -1);
  return add(tape, pictures, minus);
}

std::vector<std::string> Network::layers() const {
  std::vector<std::string> names;
  names.reserve(table_.rows.size());
  for (const LayerRow& row : table_.rows) names.push_back(row.name);
  return names;
}

Var Network::forward_layers(Tape& tape, const Var& x, size_t begin, size_t end) {
  Var y = begin == 0 && mean_image_ >= 0 ? without_mean_image(tape, x) : x;
  for (size_t layer = begin; layer < end; ++layer) y = layers_[layer]->forward(tape, y);
  return y;
}

Var Network::forward(Tape& tape, const Var& pictures) {
  const int64_t count = pictures.shape()[0];
  if (tape.recording() || count <= kPicturesAtOnce) {
    return as_regions(tape, forward_layers(tape, pictures, 0, layers_.size()));
  }
  Tensor all;
  for (int64_t begin = 0; begin < count; begin += kPicturesAtOnce) {
    const int64_t part = std::min(kPicturesAtOnce, count - begin);
    const Tensor some =
        as_regions(tape, forward_layers(tape, Var(pictures.value().row_range(begin, part)), 0,
                                        layers_.size()))
            .value();
    if (!all) {
      all = Tensor::empty({count, some.shape()[1], some.shape()[2]}, some.dtype(), some.device());
    }
    all.row_range(begin, part).copy_from(some);
  }
  return Var(all);
}

Var Network::dense(Tape& tape, const Var& x, const std::string& name) const {
  return linear(tape, x, parameters_->var(parameters_->find(name + ".weight")),
                parameters_->var(parameters_->find(name + ".bias")));
}

Var Network::logits(Tape& tape, const Var& features) {
  if (options_.classes == 0) throw InternalError("Network::logits: built without its classifier");
  const std::string name = value_name(table_.classifier_name);
  if (table_.classifier == ClassifierKind::kMeanLinear) {
    return dense(tape, region_mean(tape, features), name);
  }
  const int64_t count = features.shape()[0];
  const auto side =
      static_cast<int64_t>(std::lround(std::sqrt(static_cast<double>(features.shape()[1]))));
  const Var x = reshape(tape, features, {count, side, side, width_});
  if (table_.classifier == ClassifierKind::kSqueezeNet) {
    return region_mean(tape, as_regions(tape, classifier_->forward(tape, x)));
  }
  const Var pooled = max_pool(tape, x, {.window = {.height = 2, .width = 2, .stride = 2}});
  // The first linear map reads (channel, row, column), as a convolution of the whole grid does.
  const Var weight = parameters_->var(parameters_->find(name + ".0.weight"));
  const Var first =
      conv2d(tape, pooled,
             {.weight = reshape(tape, weight, {kVggHidden, width_, kVggSide, kVggSide}),
              .bias = parameters_->var(parameters_->find(name + ".0.bias"))},
             {.activation = Activation::kRelu});
  const Var second =
      relu(tape, dense(tape, reshape(tape, first, {count, kVggHidden}), name + ".3"));
  return dense(tape, second, name + ".6");
}

void Network::freeze_statistics(bool frozen) {
  for (const auto& layer : layers_) layer->freeze_statistics(frozen);
}

std::vector<std::string> Network::load_pretrained(const WeightsFile& file) {
  const EncoderChoices choices{
      .norm = options_.layers.folded ? EncoderChoices::Norm::kFolded : EncoderChoices::Norm::kBatch,
      .input = options_.mean_image ? EncoderChoices::Input::kMeanImage
                                   : EncoderChoices::Input::kDefault};
  const EncoderFit fit = fit_encoder(file, *parameters_, {});
  require_fit(file, fit, name_, choices, {});
  const EncoderWeights weights = read_encoder_weights(file, fit);
  const auto value = [&](const std::string& name) -> const Tensor& {
    return parameters_->value(parameters_->find(value_name(name)));
  };
  for (const EncoderWeights::Tensor& tensor : weights.tensors) {
    const Tensor& to = value(tensor.name);
    to.copy_from(Tensor::from(to.shape(),
                              tensor.name == kMeanImage ? pixels_of(tensor.values) : tensor.values,
                              to.device()));
  }
  for (const EncoderWeights::Tensor& bias : weights.biases) {
    const std::string convolution = bias.name.substr(0, bias.name.rfind('.'));
    const Tensor& mean = value(norm_behind(convolution) + ".running_mean");
    std::vector<float> moved = mean.to_host<float>();
    for (size_t c = 0; c < moved.size(); ++c) moved[c] -= bias.values[c];
    mean.copy_from(Tensor::from(mean.shape(), moved, mean.device()));
  }
  parameters_->bump_version();
  std::vector<std::string> notes = fit.notes;
  notes.insert(notes.end(), weights.warnings.begin(), weights.warnings.end());
  return notes;
}

}  // namespace storyteller
