#include "model/classifier/onnx_network.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/did_you_mean.h"
#include "core/error.h"
#include "core/serialization/finite.h"
#include "core/serialization/safetensors.h"
#include "core/system/printable.h"
#include "core/text/phrase.h"
#include "model/classifier/onnx_graph.h"

namespace storyteller {
namespace {

using Kind = ClassifierStep::Kind;

constexpr std::int64_t kLeastOpset = 7;  // what came before has other attributes

class GraphReader : private OnnxGraph {
 public:
  explicit GraphReader(const OnnxModel& model) : OnnxGraph(model) {}

  ClassifierNetwork network() {
    if (model_.opset < kLeastOpset) {
      refuse_model("is of operator set " + std::to_string(model_.opset) + " of ONNX; " +
                   std::to_string(kLeastOpset) + " and later are read: export it again");
    }
    read_input();
    for (const OnnxNode& node : model_.nodes) {
      node_ = &node;
      read_node();
    }
    if (model_.outputs.size() != 1) {
      refuse_model("has " + counted(model_.outputs.size(), "output", "outputs") +
                   "; a classifier has one, a row of probabilities");
    }
    const auto last = values_.find(model_.outputs[0].name);
    const bool whole = last != values_.end() && !network_.steps.empty() &&
                       last->second.value == static_cast<int>(network_.steps.size()) &&
                       network_.steps.back().kind == Kind::kSoftmax;
    if (!whole) {
      refuse_model(
          "its output '" + printable(model_.outputs[0].name) +
          "' is not what a last Softmax gives, so it is no row of probabilities; export it "
          "with one");
    }
    network_.shapes(model_.file);
    return std::move(network_);
  }

 private:
  void read_input() {
    std::vector<const OnnxValue*> inputs;
    for (const OnnxValue& input : model_.inputs) {
      if (!constants_.contains(input.name)) inputs.push_back(&input);
    }
    if (inputs.size() != 1) {
      refuse_model("has " + counted(inputs.size(), "input", "inputs") +
                   "; a classifier has one, the picture");
    }
    const auto& dims = inputs[0]->dims;
    const bool first = dims.size() == 4 && dims[1] == 3, last = dims.size() == 4 && dims[3] == 3;
    const bool sized = first != last && dims[first ? 2 : 1] >= 1 && dims[first ? 3 : 2] >= 1;
    if (inputs[0]->type != OnnxTensor::kFloat || !sized) {
      refuse_model("its input '" + printable(inputs[0]->name) + "' of dimensions " +
                   shape_text(dims) +
                   " is no colour picture of FLOAT: (N, 3, H, W) or (N, H, W, 3) with numbers for "
                   "H and W");
    }
    network_.input = {.height = dims[first ? 2 : 1], .width = dims[first ? 3 : 2], .channels = 3};
    const std::string problem = input_problem(network_.input);
    if (!problem.empty()) refuse_model(problem);
    shapes_ = {network_.input};
    values_[inputs[0]->name] = {.value = 0, .rank = 4, .channels_last = last};
  }

  void read_node() {
    if (!node_->domain.empty() && node_->domain != "ai.onnx") {
      refuse("is of the domain '" + printable(node_->domain) + "', of which nothing is read");
    }
    const auto& table = readers();
    const auto found = std::find_if(table.begin(), table.end(),
                                    [&](const auto& one) { return one.first == node_->kind; });
    if (found == table.end()) {
      refuse("nodes of this kind are not read" + did_you_mean(node_->kind, onnx_kinds()) +
             "; those that are: " + joined(onnx_kinds()));
    }
    if (node_->outputs.empty()) refuse("has no output");
    (this->*found->second)();
  }

  using Read = void (GraphReader::*)();
  static const std::vector<std::pair<std::string, Read>>& readers() {
    static const std::vector<std::pair<std::string, Read>> kReaders = {
        {"Add", &GraphReader::add},
        {"AveragePool", &GraphReader::average_pool},
        {"BatchNormalization", &GraphReader::batch_norm},
        {"Constant", &GraphReader::constant},
        {"Conv", &GraphReader::convolution},
        {"Dropout", &GraphReader::nothing},
        {"Flatten", &GraphReader::flatten},
        {"Gemm", &GraphReader::gemm},
        {"GlobalAveragePool", &GraphReader::global_pool},
        {"Identity", &GraphReader::nothing},
        {"MatMul", &GraphReader::mat_mul},
        {"MaxPool", &GraphReader::max_pool},
        {"Relu", &GraphReader::relu},
        {"Reshape", &GraphReader::reshape},
        {"Softmax", &GraphReader::softmax},
        {"Squeeze", &GraphReader::squeeze},
        {"Transpose", &GraphReader::transpose}};
    return kReaders;
  }
  friend std::vector<std::string> storyteller::onnx_kinds();

  // ---- Kinds of node ------------------------------------------------------------------------

  void convolution() {
    const OnnxAttributes given =
        attributes({"auto_pad", "dilations", "group", "kernel_shape", "pads", "strides"});
    const GraphValue& in = picture(0);
    const OnnxTensor& weight = floats(1, "weight");
    if (weight.dims.size() != 4 || weight.dims[0] < 1) {
      refuse("its weight has the dimensions " + shape_text(weight.dims) + "; four are read");
    }
    const Window window = given.window(shape(in), weight.dims[2], weight.dims[3]);
    StepWeights weights{.shape = weight.dims, .weight = weight.floats};
    weights.bias = has_input(2)
                       ? floats(2, "bias").floats
                       : std::vector<float>(static_cast<std::size_t>(weight.dims[0]), 0.0F);
    step({.kind = Kind::kConvolution,
          .input = in.value,
          .window = window,
          .groups = given.integer("group", 1)},
         std::move(weights), 4);
  }

  void batch_norm() {
    const OnnxAttributes given =
        attributes({"epsilon", "momentum", "spatial", "training_mode", "is_test"});
    if (given.integer("training_mode", 0) != 0 || given.integer("spatial", 1) != 1) {
      refuse("is one of training, or of every pixel; export the network for inference");
    }
    const GraphValue in = picture(0);
    const auto channels = static_cast<std::size_t>(shape(in).channels);
    const auto numbers = [&](std::size_t place, const char* what) -> const std::vector<float>& {
      const OnnxTensor& tensor = floats(place, what);
      if (tensor.floats.size() != channels) {
        refuse(std::string("its ") + what + " has " + std::to_string(tensor.floats.size()) +
               " numbers for " + std::to_string(channels) + " channels");
      }
      return tensor.floats;
    };
    const auto &gamma = numbers(1, "scale"), &beta = numbers(2, "bias");
    const auto &mean = numbers(3, "mean"), &variance = numbers(4, "variance");
    const double epsilon = given.real("epsilon", 1e-5F);
    std::vector<double> factor(channels), offset(channels);
    for (std::size_t c = 0; c < channels; ++c) {
      const double under = double{variance[c]} + epsilon;
      if (!(under > 0)) refuse("has a variance that is negative");
      factor[c] = double{gamma[c]} / std::sqrt(under);
      offset[c] = double{beta[c]} - double{mean[c]} * factor[c];
    }
    ClassifierStep* before = only_maker(0);
    if (before != nullptr && before->kind == Kind::kConvolution && !before->relu &&
        before->other == ClassifierStep::kNone) {
      scale(weights_of(in), factor, offset);
      return make(in);
    }
    // Alone it is a convolution of each channel by itself.
    StepWeights weights{.shape = {static_cast<std::int64_t>(channels), 1, 1, 1},
                        .weight = std::vector<float>(channels, 1.0F),
                        .bias = std::vector<float>(channels, 0.0F)};
    scale(weights, factor, offset);
    step({.kind = Kind::kConvolution, .input = in.value, .groups = shape(in).channels},
         std::move(weights), 4);
  }

  void scale(StepWeights& weights, const std::vector<double>& factor,
             const std::vector<double>& offset) const {
    const std::size_t row = weights.weight.size() / factor.size();
    for (std::size_t c = 0; c < factor.size(); ++c) {
      for (std::size_t i = c * row; i < (c + 1) * row; ++i) {
        weights.weight[i] = static_cast<float>(double{weights.weight[i]} * factor[c]);
      }
      weights.bias[c] = static_cast<float>(double{weights.bias[c]} * factor[c] + offset[c]);
    }
    require_finite(subject() + ": the weights that it makes", weights.weight);
    require_finite(subject() + ": the biases that it makes", weights.bias);
  }

  void relu() {
    attributes({});
    const GraphValue in = value(0);
    ClassifierStep* before = only_maker(0);
    if (before != nullptr && (before->kind == Kind::kConvolution || before->kind == Kind::kAdd)) {
      before->relu = true;
      return make(in);
    }
    step({.kind = Kind::kRelu, .input = in.value}, {}, in.rank, in.channels_last);
  }

  void add() {
    attributes({});
    if (constant_at(0) != nullptr || constant_at(1) != nullptr) return add_bias();
    for (const std::size_t place : {std::size_t{0}, std::size_t{1}}) {
      const GraphValue sum = value(place), other = value(1 - place);
      if (sum.rank != other.rank || sum.channels_last != other.channels_last ||
          shape(sum) != shape(other)) {
        refuse("adds values of " + shape(sum).text() + " and " + shape(other).text() +
               "; equal ones are added");
      }
      ClassifierStep* before = only_maker(place);
      if (before != nullptr && before->kind == Kind::kConvolution && !before->relu &&
          before->other == ClassifierStep::kNone && before->groups == 1 &&
          other.value < sum.value) {
        before->other = other.value;
        return make(sum);
      }
    }
    const GraphValue in = value(0), other = value(1);
    step({.kind = Kind::kAdd, .input = in.value, .other = other.value}, {}, in.rank,
         in.channels_last);
  }

  void add_bias() {
    const std::size_t place = constant_at(0) != nullptr ? 1 : 0;
    const GraphValue in = value(place);
    const ClassifierStep* before = only_maker(place);
    if (before == nullptr || before->kind != Kind::kLinear) {
      refuse("adds a tensor of the file to what is no MatMul's or Gemm's alone");
    }
    add_to_bias(floats(1 - place, "bias"), weights_of(in));
    make(in);
  }
  void add_to_bias(const OnnxTensor& bias, StepWeights& weights) const {
    const std::size_t outputs = weights.bias.size();
    const bool fits = bias.floats.size() == outputs && !bias.dims.empty() &&
                      bias.dims.size() <= 2 &&
                      bias.dims.back() == static_cast<std::int64_t>(outputs);
    if (!fits) {
      refuse("its bias has the dimensions " + shape_text(bias.dims) + " for " +
             std::to_string(outputs) + " outputs");
    }
    for (std::size_t i = 0; i < outputs; ++i) weights.bias[i] += bias.floats[i];
  }

  /// x · B, or x · Bᵀ.
  void product(bool transposed) {
    const GraphValue in = row(0);
    const OnnxTensor& b = floats(1, "weight");
    if (b.dims.size() != 2) {
      refuse("its weight has the dimensions " + shape_text(b.dims) + "; two are read");
    }
    const auto rows = static_cast<std::size_t>(b.dims[0]),
               columns = static_cast<std::size_t>(b.dims[1]);
    StepWeights weights{.shape = b.dims, .weight = b.floats};
    if (!transposed) {
      weights.shape = {b.dims[1], b.dims[0]};
      for (std::size_t k = 0; k < rows; ++k) {
        for (std::size_t n = 0; n < columns; ++n) {
          weights.weight[n * rows + k] = b.floats[k * columns + n];
        }
      }
    }
    weights.bias.assign(static_cast<std::size_t>(weights.shape[0]), 0.0F);
    step({.kind = Kind::kLinear, .input = in.value}, std::move(weights), 2);
  }
  void mat_mul() {
    attributes({});
    product(/*transposed=*/false);
  }
  void gemm() {
    const OnnxAttributes given = attributes({"alpha", "beta", "transA", "transB"});
    if (given.real("alpha", 1) != 1 || given.real("beta", 1) != 1 ||
        given.integer("transA", 0) != 0) {
      refuse("has an alpha or beta that is not 1, or transposes its input");
    }
    product(given.integer("transB", 0) != 0);
    if (has_input(2)) add_to_bias(floats(2, "bias"), network_.weights.back());
  }

  void max_pool() {
    const OnnxAttributes given = attributes(
        {"auto_pad", "ceil_mode", "dilations", "kernel_shape", "pads", "storage_order", "strides"});
    const GraphValue& in = picture(0);
    step({.kind = Kind::kMaxPool,
          .input = in.value,
          .window = given.window(shape(in)),
          .ceil_mode = given.integer("ceil_mode", 0) != 0},
         {}, 4);
  }
  void average_pool() {
    const OnnxAttributes given = attributes({"auto_pad", "ceil_mode", "count_include_pad",
                                             "dilations", "kernel_shape", "pads", "strides"});
    if (given.integer("ceil_mode", 0) != 0 && given.integer("count_include_pad", 0) != 0) {
      refuse("rounds up and counts padding, of which runtimes make different means");
    }
    const GraphValue& in = picture(0);
    step({.kind = Kind::kMeanPool,
          .input = in.value,
          .window = given.window(shape(in)),
          .ceil_mode = given.integer("ceil_mode", 0) != 0,
          .count_padding = given.integer("count_include_pad", 0) != 0},
         {}, 4);
  }
  void global_pool() {
    attributes({});
    step({.kind = Kind::kGlobalMean, .input = picture(0).value}, {}, 4);
  }

  void softmax() {
    const OnnxAttributes given = attributes({"axis"});
    constexpr std::int64_t kLastByDefault = 13;  // operator set
    const std::int64_t axis = given.integer("axis", model_.opset < kLastByDefault ? 1 : -1);
    const GraphValue in = row(0);
    if (axis != 1 && axis != -1) refuse("its axis is not that of the classes");
    step({.kind = Kind::kSoftmax, .input = in.value}, {}, 2);
  }

  // ---- Nodes that move nothing --------------------------------------------------------------

  void nothing() {
    attributes({"ratio", "seed", "is_test"});
    pass_on(value(0));
  }
  void constant() {
    const OnnxAttributes given = attributes({"value"});
    make(given.tensor("value"));
  }

  void transpose() {
    const OnnxAttributes given = attributes({"perm"});
    const GraphValue in = value(0);
    const std::vector<std::int64_t> order = given.integers("perm");
    const bool to_first = order == std::vector<std::int64_t>{0, 3, 1, 2};
    const bool to_last = order == std::vector<std::int64_t>{0, 2, 3, 1};
    if (in.rank != 4 || !(to_first || to_last) || to_first != in.channels_last) {
      refuse("moves axes as " + shape_text(order) +
             "; channels of a picture are moved to the front or to the end");
    }
    pass_on({.value = in.value, .rank = 4, .channels_last = to_last});
  }

  void flatten() {
    if (attributes({"axis"}).integer("axis", 1) != 1) refuse("its axis is not 1");
    pass_on({.value = pixel().value, .rank = 2});
  }
  void squeeze() {
    const OnnxAttributes given = attributes({"axes"});
    const GraphValue in = pixel();
    std::vector<std::int64_t> axes = has_input(1) ? integers(1, "axes") : given.integers("axes");
    for (std::int64_t& axis : axes) axis += axis < 0 ? in.rank : 0;
    std::sort(axes.begin(), axes.end());
    const std::vector<std::int64_t> wanted =
        in.channels_last ? std::vector<std::int64_t>{1, 2} : std::vector<std::int64_t>{2, 3};
    if (in.rank != 4 || axes != wanted) refuse("takes out other axes than rows and columns");
    pass_on({.value = in.value, .rank = 2});
  }
  void reshape() {
    attributes({"allowzero"});
    const GraphValue in = pixel();
    const std::int64_t channels = shape(in).channels;
    const std::vector<std::int64_t>& wanted = integers(1, "shape");
    // (N, C), (N, C, 1, 1) or (N, 1, 1, C).
    const auto is = [&](std::size_t axis, std::int64_t size, std::int64_t before) {
      return wanted[axis] == size || wanted[axis] == -1 || (wanted[axis] == 0 && before == size);
    };
    const bool batch = !wanted.empty() && wanted[0] >= -1 && wanted[0] <= 1;
    const auto guessed = std::count(wanted.begin(), wanted.end(), -1);
    const std::int64_t second = in.rank == 4 && in.channels_last ? 1 : channels;
    const std::int64_t fourth = in.rank == 4 && in.channels_last ? channels : 1;
    bool first = false, last = false;
    if (batch && guessed <= 1 && wanted.size() == 2) first = is(1, channels, second);
    if (batch && guessed <= 1 && wanted.size() == 4) {
      first = is(1, channels, second) && is(2, 1, 1) && is(3, 1, fourth);
      last = !first && is(1, 1, second) && is(2, 1, 1) && is(3, channels, fourth);
    }
    if (!first && !last) {
      refuse("makes " + shape_text(wanted) + " of " + std::to_string(channels) +
             " channels; rows of them all are read");
    }
    pass_on({.value = in.value, .rank = static_cast<int>(wanted.size()), .channels_last = last});
  }
};

}  // namespace

std::vector<std::string> onnx_kinds() {
  std::vector<std::string> kinds;
  for (const auto& [kind, unused] : GraphReader::readers()) kinds.push_back(kind);
  return kinds;
}

ClassifierNetwork network_of(const OnnxModel& model) { return GraphReader(model).network(); }

}  // namespace storyteller
