#include "model/encoder/encoder_training.h"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <string>

#include "model/encoder/encoder.h"
#include "tests/op_case.h"

namespace storyteller::encoder_training_test {
namespace {

/// MobileNetV2 in double with weights that keep its activations alive, of which the layers from
/// `from` on learn.
struct Model {
  Parameters parameters;
  std::unique_ptr<Encoder> encoder;
  size_t first = 0;

  explicit Model(const std::string& from) {
    parameters.add_group({.name = "encoder"});
    encoder = make_encoder("mobilenet_v2", parameters);
    first = first_trained_layer(*encoder, {.from = from});
    freeze_layers_before(first, *encoder, parameters);
    parameters.allocate(DType::kFloat64, Device::cpu(), 1, true);
    for (Parameters::Id id = 0; id < parameters.size(); ++id) {
      const Tensor& value = parameters.value(id);
      const bool bias = value.shape().rank() == 1;
      const double bound = std::sqrt(6.0 / static_cast<double>(value.shape().row_elements()));
      const Array random = random_array(static_cast<uint64_t>(id) + 9, value.elements());
      for (int64_t i = 0; i < value.elements(); ++i) {
        value.data<double>()[i] =
            bias ? 0.2 * random[static_cast<size_t>(i)] : bound * random[static_cast<size_t>(i)];
      }
    }
    parameters.bump_version();
  }

  /// sum of features * weights.
  double loss(Tape& tape, const Tensor& pictures) {
    const Var features = encoder->forward(tape, Var(pictures));
    const Array weights = output_weights(0, features.value().elements());
    double sum = 0;
    for (size_t i = 0; i < weights.size(); ++i) {
      sum += weights[i] * features.value().data<double>()[i];
    }
    if (tape.recording()) give_gradient(features, tensor_of<double>(features.shape(), weights));
    return sum;
  }
};

constexpr int64_t kSide = 32;  // a grid of 1 x 1

Tensor pictures() {
  const Shape shape = {2, kSide, kSide, 3};
  return tensor_of<double>(shape, random_array(3, shape.elements()));
}

// Central differences along a random direction in the values of one layer, of each that learns and
// of the frozen ones.
TEST(EncoderTraining, GradientOfEachLayerThatLearnsMatchesFiniteDifferences) {
  Model model("features.16");
  const Tensor input = pictures();
  Tape tape(Tape::Mode::kTrain);
  model.parameters.forget_gradients();
  model.loss(tape, input);
  tape.backward({});
  model.parameters.complete_gradients();
  int checked = 0;
  for (Parameters::Id id = 0; id < model.parameters.size(); ++id) {
    const Var var = model.parameters.var(id);
    if (!var.tracked()) continue;
    const Tensor& value = model.parameters.value(id);
    const Array direction = random_array(static_cast<uint64_t>(id) + 500, value.elements());
    double expected = 0;
    const Array gradient = array_of(var.slot()->gradient);
    for (size_t i = 0; i < direction.size(); ++i) expected += gradient[i] * direction[i];
    const auto at = [&](double step) {
      for (size_t i = 0; i < direction.size(); ++i) value.data<double>()[i] += step * direction[i];
      model.parameters.bump_version();
      Tape untaped(Tape::Mode::kInfer);
      const double loss = model.loss(untaped, input);
      for (size_t i = 0; i < direction.size(); ++i) value.data<double>()[i] -= step * direction[i];
      return loss;
    };
    constexpr double kStep = 1e-7;
    const double found = (at(kStep) - at(-kStep)) / (2 * kStep);
    EXPECT_NEAR(found, expected, 1e-5 * std::abs(expected) + 1e-6) << model.parameters.name(id);
    EXPECT_GT(std::abs(expected), 0) << model.parameters.name(id);
    ++checked;
  }
  EXPECT_EQ(checked, 3 * 2 * 2 + 2);  // two blocks of three convolutions, the head; all with biases
}

TEST(EncoderTraining, FrozenLayersAreNeitherTrackedNorRecorded) {
  Model whole("all"), upper("features.16");
  const std::string layers[] = {"16", "17", "18"};
  int64_t trained = 0;
  for (Parameters::Id id = 0; id < upper.parameters.size(); ++id) {
    const std::string& name = upper.parameters.name(id);
    bool learns = false;
    for (const std::string& layer : layers) {
      learns = learns || name.starts_with("encoder.features." + layer + ".");
    }
    EXPECT_EQ(upper.parameters.var(id).tracked(), learns) << name;
    EXPECT_TRUE(whole.parameters.var(id).tracked()) << name;
    trained += learns ? upper.parameters.value(id).elements() : 0;
  }
  EXPECT_EQ(upper.parameters.trainable_elements(), trained);
  Tape tape(Tape::Mode::kTrain), whole_tape(Tape::Mode::kTrain);
  const Var x(pictures());
  EXPECT_FALSE(upper.encoder->forward_layers(tape, x, 0, upper.first).tracked());
  EXPECT_EQ(tape.recorded_nodes(), 0U);
  EXPECT_TRUE(upper.encoder->forward(tape, x).tracked());
  constexpr size_t kAsRegions = 1;  // the grid becomes a list of regions
  EXPECT_EQ(tape.recorded_nodes(), 7 + kAsRegions);
  whole.encoder->forward(whole_tape, x);
  EXPECT_EQ(whole_tape.recorded_nodes(), 52 + kAsRegions) << "convolutions of MobileNetV2";
}

TEST(EncoderTraining, NormsLearnWithTheConvolutionsBeforeThem) {
  const auto tracked = [](const char* network, const char* from, const char* name) {
    Parameters parameters;
    parameters.add_group({.name = "encoder"});
    const auto encoder = make_encoder(network, parameters);
    freeze_layers_before(first_trained_layer(*encoder, {.from = from}), *encoder, parameters);
    parameters.allocate(DType::kFloat32, Device::cpu(), 1, true);
    return parameters.var(parameters.find(std::string("encoder.") + name)).tracked();
  };
  EXPECT_FALSE(tracked("vgg11_bn", "features.8", "features.5.weight"));  // norm of features.4
  EXPECT_TRUE(tracked("vgg11_bn", "features.8", "features.8.weight"));
  EXPECT_TRUE(tracked("vgg11_bn", "features.8", "features.9.weight"));
  EXPECT_FALSE(tracked("resnet18", "layer4", "bn1.weight"));
  EXPECT_FALSE(tracked("resnet18", "layer4", "layer3.1.bn2.weight"));
  EXPECT_TRUE(tracked("resnet18", "layer4", "layer4.0.downsample.1.bias"));
}

TEST(EncoderTraining, LayersOneAfterTheOtherAreTheWhole) {
  Model model("all");
  const std::vector<std::string> layers = model.encoder->layers();
  ASSERT_EQ(layers.size(), 19U);
  EXPECT_EQ(layers.front(), "features.0.0");
  Tape tape(Tape::Mode::kInfer);
  Var x(pictures());
  const Array whole = array_of(model.encoder->forward(tape, x).value());
  for (size_t i = 0; i < layers.size(); ++i) {
    x = model.encoder->forward_layers(tape, x, i, i + 1);
  }
  EXPECT_EQ(array_of(x.value()), whole);
}

}  // namespace
}  // namespace storyteller::encoder_training_test
