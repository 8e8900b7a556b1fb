#include "model/encoder/layers.h"

#include <optional>
#include <utility>

namespace storyteller {
namespace {

/// A convolution with a bias or with a batch norm.
class AnyConvolution {
 public:
  struct Names {
    std::string convolution, norm;  ///< norm empty: a bias
  };
  AnyConvolution(Parameters& parameters, const Names& names, int64_t in, int64_t out,
                 const ConvolutionOptions& options) {
    if (names.norm.empty()) {
      biased_.emplace(parameters, names.convolution, in, out, options);
    } else {
      normalised_.emplace(parameters,
                          NormalisedNames{.convolution = names.convolution, .norm = names.norm}, in,
                          out, options);
    }
  }
  Var forward(Tape& tape, const Var& x, const Var& residual = {}) {
    return biased_ ? biased_->forward(tape, x, residual) : normalised_->forward(tape, x, residual);
  }
  void freeze_statistics(bool frozen) {
    if (normalised_) normalised_->freeze_statistics(frozen);
  }

 private:
  std::optional<Convolution> biased_;
  std::optional<NormalisedConvolution> normalised_;
};

/// Layers in a row, with a shortcut around them or without.
class Chain : public Layer {
 public:
  void add(AnyConvolution layer) { layers_.push_back(std::move(layer)); }
  /// The last layer adds x to its output.
  void add_shortcut() { residual_ = true; }
  /// The last layer adds what `layer` makes of x.
  void add_shortcut(AnyConvolution layer) {
    residual_ = true;
    shortcut_.emplace(std::move(layer));
  }

  Var forward(Tape& tape, const Var& x) override {
    Var y = x, around;
    if (residual_) around = shortcut_ ? shortcut_->forward(tape, x) : x;
    for (size_t i = 0; i < layers_.size(); ++i) {
      y = layers_[i].forward(tape, y, i + 1 == layers_.size() ? around : Var());
    }
    return y;
  }
  void freeze_statistics(bool frozen) override {
    for (AnyConvolution& layer : layers_) layer.freeze_statistics(frozen);
    if (shortcut_) shortcut_->freeze_statistics(frozen);
  }

 private:
  std::vector<AnyConvolution> layers_;
  std::optional<AnyConvolution> shortcut_;
  bool residual_ = false;
};

class MaxPool : public Layer {
 public:
  explicit MaxPool(const LayerRow& row)
      : options_{.window = {.height = row.kernel,
                            .width = row.kernel,
                            .stride = row.stride,
                            .padding = row.pad ? Padding::all(row.kernel / 2) : Padding{}},
                 .ceil_mode = row.ceil_mode} {}
  Var forward(Tape& tape, const Var& x) override { return max_pool(tape, x, options_); }
  void freeze_statistics(bool) override {}

 private:
  PoolOptions options_;
};

/// relu(squeeze) -> relu(expand1x1) | relu(expand3x3).
class Fire : public Layer {
 public:
  Fire(Parameters& parameters, const std::string& name, int64_t in, int64_t out,
       PaddingRule padding)
      : squeeze_(parameters, name + ".squeeze", in, out / 8, options(1, padding)),
        narrow_(parameters, name + ".expand1x1", out / 8, out / 2, options(1, padding)),
        broad_(parameters, name + ".expand3x3", out / 8, out / 2, options(3, padding)) {}
  Var forward(Tape& tape, const Var& x) override {
    const Var squeezed = squeeze_.forward(tape, x);
    return concat(tape, narrow_.forward(tape, squeezed), broad_.forward(tape, squeezed));
  }
  void freeze_statistics(bool) override {}

 private:
  static ConvolutionOptions options(int64_t kernel, PaddingRule padding) {
    return {.kernel = kernel, .activation = Activation::kRelu, .padding = padding};
  }
  Convolution squeeze_, narrow_, broad_;
};

/// Builds the chains of one row.
class Builder {
 public:
  Builder(Parameters& parameters, std::string name, const LayerRow& row, int64_t in,
          const LayerOptions& options)
      : parameters_(parameters),
        name_(std::move(name)),
        row_(row),
        in_(in),
        options_(options),
        chain_(std::make_unique<Chain>()) {}

  std::unique_ptr<Layer> convolution(const std::string& norm) {
    ConvolutionOptions how = with(row_.kernel, row_.stride, row_.activation);
    how.pad = row_.pad;
    chain_->add({parameters_, {name_, norm}, in_, row_.channels, how});
    return std::move(chain_);
  }

  std::unique_ptr<Layer> basic_block() {
    numbered(1, in_, row_.channels, 3, row_.stride);
    numbered(2, row_.channels, row_.channels, 3, 1);
    shortcut();
    return std::move(chain_);
  }

  std::unique_ptr<Layer> bottleneck() {
    const int64_t narrow = row_.channels / 4;
    const bool v1 = options_.stride == StridePlacement::kV1;
    numbered(1, in_, narrow, 1, v1 ? row_.stride : 1);
    numbered(2, narrow, narrow, 3, v1 ? 1 : row_.stride);
    numbered(3, narrow, row_.channels, 1, 1);
    shortcut();
    return std::move(chain_);
  }

  std::unique_ptr<Layer> inverted_residual(bool whole) {
    const int64_t wide = in_ * row_.expansion;
    if (row_.expansion > 1) nested(in_, wide, with(1, 1, Activation::kRelu6));
    if (!whole) return std::move(chain_);
    ConvolutionOptions filter = with(row_.kernel, row_.stride, Activation::kRelu6);
    filter.groups = wide;
    nested(wide, wide, filter);
    const std::string conv = name_ + ".conv.";
    chain_->add({parameters_,
                 {conv + std::to_string(position_), norm_of(conv + std::to_string(position_ + 1))},
                 wide,
                 row_.channels,
                 with(1, 1, Activation::kNone)});
    if (row_.stride == 1 && in_ == row_.channels) chain_->add_shortcut();
    return std::move(chain_);
  }

 private:
  ConvolutionOptions with(int64_t kernel, int64_t stride, Activation activation) const {
    return {.kernel = kernel,
            .stride = stride,
            .activation = activation,
            .padding = options_.padding,
            .epsilon = row_.epsilon};
  }
  std::string norm_of(std::string norm) const { return options_.folded ? "" : std::move(norm); }

  /// conv1 and bn1 of a residual block, and so on.
  void numbered(int number, int64_t in, int64_t out, int64_t kernel, int64_t stride) {
    const std::string n = std::to_string(number);
    chain_->add({parameters_,
                 {name_ + ".conv" + n, norm_of(name_ + ".bn" + n)},
                 in,
                 out,
                 with(kernel, stride, Activation::kRelu)});
  }

  void shortcut() {
    if (row_.stride == 1 && in_ == row_.channels) return chain_->add_shortcut();
    const std::string name = name_ + ".downsample.";
    chain_->add_shortcut({parameters_,
                          {name + "0", norm_of(name + "1")},
                          in_,
                          row_.channels,
                          with(1, row_.stride, Activation::kNone)});
  }

  /// A convolution and its norm in a list of their own; torchvision counts what is there.
  void nested(int64_t in, int64_t out, const ConvolutionOptions& how) {
    const std::string name = name_ + ".conv." + std::to_string(position_++);
    chain_->add({parameters_, {name + ".0", norm_of(name + ".1")}, in, out, how});
  }

  Parameters& parameters_;
  std::string name_;
  const LayerRow& row_;
  int64_t in_;
  const LayerOptions& options_;
  std::unique_ptr<Chain> chain_;
  int position_ = 0;
};

}  // namespace

int64_t LayerRow::output_side(int64_t side, PaddingRule padding) const {
  if (kind == Kind::kFire || kind == Kind::kExpansion) return side;
  if (kind == Kind::kMaxPool) {
    const int64_t zeros = pad ? kernel / 2 : 0;
    const int64_t reach = side + 2 * zeros - kernel;
    int64_t outputs = (reach + (ceil_mode ? stride - 1 : 0)) / stride + 1;
    if (ceil_mode && (outputs - 1) * stride >= side + zeros) --outputs;
    return outputs;
  }
  if (pad && (padding == PaddingRule::kTensorflowSame || kernel % 2 == 1)) {
    return (side + stride - 1) / stride;
  }
  return (side - kernel) / stride + 1;
}

std::unique_ptr<Layer> make_layer(Parameters& parameters, const std::string& prefix,
                                  const LayerRow& row, int64_t in, const LayerOptions& options) {
  Builder builder(parameters, prefix + row.name, row, in, options);
  switch (row.kind) {
    case LayerRow::Kind::kConvolution:
      return builder.convolution(row.norm.empty() || options.folded ? "" : prefix + row.norm);
    case LayerRow::Kind::kMaxPool:
      return std::make_unique<MaxPool>(row);
    case LayerRow::Kind::kBasicBlock:
      return builder.basic_block();
    case LayerRow::Kind::kBottleneck:
      return builder.bottleneck();
    case LayerRow::Kind::kInvertedResidual:
      return builder.inverted_residual(true);
    case LayerRow::Kind::kExpansion:
      return builder.inverted_residual(false);
    case LayerRow::Kind::kFire:
      return std::make_unique<Fire>(parameters, prefix + row.name, in, row.channels,
                                    options.padding);
  }
  return nullptr;
}

}  // namespace storyteller
