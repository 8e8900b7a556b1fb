#include "model/classifier/picture_classifier.h"

#include <algorithm>
#include <array>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/device_turn.h"
#include "core/error.h"
#include "core/ops/ops.h"
#include "core/serialization/finite.h"
#include "core/serialization/safetensors.h"
#include "core/serialization/safetensors_writer.h"
#include "core/serialization/stored_convert.h"
#include "core/system/printable.h"
#include "model/classifier/onnx_network.h"
#include "model/image/decode.h"
#include "model/image/encode.h"
#include "model/image/resize.h"

namespace storyteller {
namespace {

using Json = nlohmann::json;
using Kind = ClassifierStep::Kind;

constexpr const char* kClassifierKey = "storyteller.classifier";
constexpr int kClassifierVersion = 1;
/// Pictures that pass through at once: more need memory and gain nothing on a processor.
constexpr std::int64_t kClassifiedTogether = 8;

std::string weight_name(std::size_t step) { return "step." + std::to_string(step) + ".weight"; }
std::string bias_name(std::size_t step) { return "step." + std::to_string(step) + ".bias"; }

/// Sides of the picture that the input is the middle of: 256 for 224.
int whole_width(const PictureShape& input) { return static_cast<int>(input.width * 8 / 7); }
int whole_height(const PictureShape& input) { return static_cast<int>(input.height * 8 / 7); }

bool has_weights(const ClassifierStep& step) {
  return step.kind == Kind::kConvolution || step.kind == Kind::kLinear;
}

std::vector<float> stored_floats(const SafetensorsFile& file, const std::string& name) {
  std::vector<float> values(static_cast<std::size_t>(element_count(file.find(name).shape)));
  file.read_float(name, values);
  require_finite(tensor_in(file.file(), name), values);
  return values;
}

ClassifierNetwork stored_network(const SafetensorsFile& file) {
  const auto found = file.metadata().find(kClassifierKey);
  if (found == file.metadata().end()) {
    throw ModelError(file.file() +
                     ": is no classifier; storyteller weights import makes one of an ONNX file");
  }
  const Json json = Json::parse(found->second, nullptr, /*allow_exceptions=*/false);
  const auto number = [&](const char* key) -> std::int64_t {
    const bool there = json.is_object() && json.contains(key) && json[key].is_number_integer();
    if (!there) throw ModelError(file.file() + ": its '" + key + "' is missing; import it again");
    return json[key].get<std::int64_t>();
  };
  if (number("version") != kClassifierVersion) {
    throw ModelError(file.file() + ": was made by a later storyteller; import it again");
  }
  ClassifierNetwork network;
  network.input = {.height = number("height"), .width = number("width"), .channels = 3};
  network.steps = steps_of_json(json.value("steps", Json::array()), file.file());
  for (std::size_t i = 0; i < network.steps.size(); ++i) {
    network.weights.emplace_back();
    if (!has_weights(network.steps[i])) continue;
    StepWeights& weights = network.weights.back();
    const auto shape = file.find(weight_name(i)).shape;
    weights.shape.assign(shape.begin(), shape.end());
    weights.weight = stored_floats(file, weight_name(i));
    weights.bias = stored_floats(file, bias_name(i));
  }
  return network;
}

Tensor on_device(const std::vector<std::int64_t>& shape, const std::vector<float>& values,
                 Device device) {
  return Tensor::from<float>(Shape(shape), values, device);
}

}  // namespace

void classifier_input(const Image& image, const PictureShape& input, float* out) {
  constexpr int kQuality = 75;  // what Pillow writes where nothing is asked for
  constexpr std::array<float, 3> kMeans = {104, 117, 123};
  const auto width = static_cast<int>(input.width), height = static_cast<int>(input.height);
  const Image whole = resize(image, whole_width(input), whole_height(input));
  const Image read = decode_image(encode_jpeg(whole, kQuality), "a picture");
  const int left = (whole.width - width) / 2, top = (whole.height - height) / 2;
  for (int y = 0; y < height; ++y) {
    const std::uint8_t* from =
        read.rgb.data() + std::size_t{3} * (static_cast<std::size_t>(top + y) * whole.width + left);
    for (int x = 0; x < width; ++x, from += 3, out += 3) {
      for (int c = 0; c < 3; ++c) out[c] = static_cast<float>(from[2 - c]) - kMeans[c];
    }
  }
}

void import_classifier(const OnnxModel& model, StoredType type, const std::filesystem::path& out) {
  const ClassifierNetwork network = network_of(model);
  SafetensorsWriter writer;
  for (std::size_t i = 0; i < network.steps.size(); ++i) {
    const StepWeights& weights = network.weights[i];
    if (!has_weights(network.steps[i])) continue;
    for (const auto* values : {&weights.weight, &weights.bias}) {
      require_in_range(model.file + ": step " + std::to_string(i), *values, type);
    }
    writer.add_rounded(weight_name(i), type, weights.shape, weights.weight.data());
    writer.add_rounded(bias_name(i), type, {static_cast<std::int64_t>(weights.bias.size())},
                       weights.bias.data());
  }
  const nlohmann::ordered_json json = {{"version", kClassifierVersion},
                                       {"height", network.input.height},
                                       {"width", network.input.width},
                                       {"producer", model.producer},
                                       {"steps", steps_json(network.steps)}};
  writer.set_metadata(kClassifierKey, json.dump());
  writer.write(out);
}

/// The network on its device.
struct PictureClassifier::Running {
  Device device;
  ClassifierNetwork network;  // weights moved away
  std::vector<Tensor> weights, biases;
  std::vector<PackedWeight> packed;
  std::vector<std::size_t> last_use;  // of each value: the step after which nobody reads it

  Running(ClassifierNetwork made, Device where) : device(where), network(std::move(made)) {
    packed.resize(network.steps.size());
    last_use.assign(network.steps.size() + 1, 0);
    for (std::size_t i = 0; i < network.steps.size(); ++i) {
      StepWeights& its = network.weights[i];
      const bool has = has_weights(network.steps[i]);
      weights.push_back(has ? on_device(its.shape, its.weight, device) : Tensor());
      biases.push_back(
          has ? on_device({static_cast<std::int64_t>(its.bias.size())}, its.bias, device)
              : Tensor());
      its = {};
      for (const int value : {network.steps[i].input, network.steps[i].other}) {
        if (value >= 0) last_use[static_cast<std::size_t>(value)] = i;
      }
    }
  }

  Var step(Tape& tape, std::size_t i, const std::vector<Var>& values) {
    const ClassifierStep& step = network.steps[i];
    const Var& x = values[static_cast<std::size_t>(step.input)];
    const Var other = step.other >= 0 ? values[static_cast<std::size_t>(step.other)] : Var();
    const std::int64_t pictures = x.shape()[0], channels = x.shape()[3];
    const auto row = [&] { return reshape(tape, x, {pictures, channels}); };
    const auto pixel = [&](const Var& y) {
      return reshape(tape, y, {pictures, 1, 1, y.shape()[1]});
    };
    switch (step.kind) {
      case Kind::kConvolution:
        return conv2d(
            tape, x,
            {.weight = Var(weights[i]), .bias = Var(biases[i]), .packed = &packed[i], .version = 1},
            {.stride = step.window.stride,
             .padding = step.window.padding,
             .groups = step.groups,
             .activation = step.relu ? Activation::kRelu : Activation::kNone},
            other);
      case Kind::kMaxPool:
        return max_pool(tape, x, {.window = step.window, .ceil_mode = step.ceil_mode});
      case Kind::kMeanPool:
        return mean_pool(tape, x,
                         {.window = step.window,
                          .ceil_mode = step.ceil_mode,
                          .count_padding = step.count_padding});
      case Kind::kGlobalMean: {
        const std::int64_t regions = x.shape()[1] * x.shape()[2];
        return pixel(region_mean(tape, reshape(tape, x, {pictures, regions, channels})));
      }
      case Kind::kAdd: {
        const Var sum = add(tape, x, other);
        return step.relu ? relu(tape, sum) : sum;
      }
      case Kind::kRelu:
        return relu(tape, x);
      case Kind::kLinear:
        return pixel(linear(tape, row(), Var(weights[i]), Var(biases[i])));
      case Kind::kSoftmax: {
        Tensor sum;
        add_softmax(row().value(), 1, 0, &sum);
        return Var(sum);
      }
    }
    throw InternalError("a step of no kind");
  }
};

PictureClassifier::PictureClassifier(ClassifierNetwork network, std::string checksum, Device device,
                                     const std::string& who)
    : input_(network.input), checksum_(std::move(checksum)) {
  classes_ = network.shapes(who).back().channels;
  running_ = std::make_unique<Running>(std::move(network), device);
}

PictureClassifier::~PictureClassifier() = default;

std::unique_ptr<PictureClassifier> PictureClassifier::load(const std::filesystem::path& path,
                                                           Device device) {
  const SafetensorsFile file = SafetensorsFile::open(path);
  ClassifierNetwork network = stored_network(file);
  network.shapes(file.file());  // whatever else is wrong, this is said first
  return std::unique_ptr<PictureClassifier>(new PictureClassifier(
      std::move(network), file.metadata(std::string(kChecksumKey)), device, file.file()));
}

std::int64_t PictureClassifier::input_size() const { return 3 * input_.width * input_.height; }

int PictureClassifier::min_side() const {
  // Twice the size leaves the filter of the reduction its work, as in preprocessing.
  return 2 * std::max(whole_width(input_), whole_height(input_));
}

void PictureClassifier::prepare(const Image& image, float* out) const {
  classifier_input(image, input_, out);
}

std::vector<float> PictureClassifier::probabilities(std::span<const float> inputs,
                                                    std::int64_t count) {
  const auto size = static_cast<std::size_t>(input_size());
  if (count < 1 || inputs.size() != size * static_cast<std::size_t>(count)) {
    throw InternalError("classifier: " + std::to_string(inputs.size()) + " numbers for " +
                        std::to_string(count) + " pictures of " + std::to_string(size));
  }
  const DeviceTurn turn;
  std::vector<float> all;
  Running& run = *running_;
  for (std::int64_t begin = 0; begin < count; begin += kClassifiedTogether) {
    const std::int64_t pictures = std::min(kClassifiedTogether, count - begin);
    const Tensor x =
        Tensor::empty({pictures, input_.height, input_.width, 3}, DType::kFloat32, run.device);
    x.copy_from_host(inputs.data() + size * static_cast<std::size_t>(begin));
    Tape tape(Tape::Mode::kInfer);
    std::vector<Var> values = {Var(x)};
    for (std::size_t i = 0; i < run.network.steps.size(); ++i) {
      Var made = run.step(tape, i, values);
      for (std::size_t v = 0; v < values.size(); ++v) {
        if (run.last_use[v] <= i) values[v] = Var();
      }
      values.push_back(std::move(made));
    }
    const std::vector<float> some = to_host_float(values.back().value());
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

}  // namespace storyteller
