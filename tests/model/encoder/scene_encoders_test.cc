// The encoders that are trained from scratch on drawn scenes.
#include "model/encoder/encoder.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/error.h"
#include "tests/op_case.h"

namespace storyteller::scene_encoders_test {
namespace {

constexpr int64_t kPictures = 3, kSide = 16;

struct Model {
  Parameters parameters;
  std::unique_ptr<Encoder> encoder;
  Model(const std::string& name, DType dtype, bool with_gradients) {
    parameters.add_group({.name = "encoder"});
    encoder = make_encoder(name, parameters);
    parameters.allocate(dtype, Device::cpu(), 5, with_gradients);
  }
  Var features(Tape& tape, const Array& pixels, int64_t side = kSide) {
    const Shape shape = {static_cast<int64_t>(pixels.size()) / (side * side * 3), side, side, 3};
    const bool in_double = parameters.values().dtype() == DType::kFloat64;
    return encoder->forward(
        tape, Var(in_double ? tensor_of<double>(shape, pixels) : tensor_of<float>(shape, pixels)));
  }
};

Array pictures() { return random_array(3, kPictures * kSide * kSide * 3); }

double weighted_sum(const Array& x) {
  const Array weights = output_weights(0, static_cast<int64_t>(x.size()));
  double sum = 0;
  for (size_t i = 0; i < x.size(); ++i) sum += weights[i] * x[i];
  return sum;
}

class SceneEncoder : public testing::TestWithParam<std::string> {};

TEST_P(SceneEncoder, GivesTheGridThatItPromises) {
  Model model(GetParam(), DType::kFloat32, false);
  Tape tape(Tape::Mode::kInfer);
  const Var features = model.features(tape, random_array(1, 2 * 96 * 96 * 3), 96);
  EXPECT_EQ(features.shape(), (Shape{2, model.encoder->regions(), model.encoder->width()}));
  for (double value : array_of(features.value())) ASSERT_LT(std::abs(value), 1e3);
}

TEST_P(SceneEncoder, GradientMatchesFiniteDifferences) {
  Model model(GetParam(), DType::kFloat64, true);
  const auto loss = [&] {
    Tape tape(Tape::Mode::kTrain);
    return weighted_sum(array_of(model.features(tape, pictures()).value()));
  };
  Tape tape(Tape::Mode::kTrain);
  const Var features = model.features(tape, pictures());
  model.parameters.forget_gradients();
  give_gradient(features, tensor_of<double>(features.shape(),
                                            output_weights(0, features.value().elements())));
  tape.backward({});
  model.parameters.complete_gradients();
  for (int id = 0; id < model.parameters.size(); ++id) {
    if (model.parameters.is_buffer(id)) continue;
    const Tensor& value = model.parameters.value(id);
    const Array gradient = array_of(gathered_gradient(model.parameters.var(id)));
    const Array direction = random_array(100 + id, value.elements());
    double wanted = 0, norm = 0;
    for (size_t i = 0; i < gradient.size(); ++i) {
      wanted += gradient[i] * direction[i];
      norm = std::hypot(norm, gradient[i]);
    }
    EXPECT_GT(norm, 0) << model.parameters.name(id);
    constexpr double kStep = 1e-7;  // small: thousands of relus have their kinks nearby
    const auto move = [&](double by) {
      for (size_t i = 0; i < direction.size(); ++i) value.data<double>()[i] += by * direction[i];
    };
    move(kStep);
    const double ahead = loss();
    move(-2 * kStep);
    const double behind = loss();
    move(kStep);
    EXPECT_NEAR((ahead - behind) / (2 * kStep), wanted, 1e-5 * std::max(norm, std::abs(wanted)))
        << model.parameters.name(id);
  }
}

TEST_P(SceneEncoder, FoldedInferenceEqualsTrainingOnceTheStatisticsAreThoseOfTheBatch) {
  constexpr int64_t kLarger = 48;
  Model model(GetParam(), DType::kFloat32, true);
  const Array pixels = random_array(4, kPictures * kLarger * kLarger * 3);
  Array trained;
  for (int step = 0; step < 100; ++step) {  // 0.9^100: the start is forgotten
    Tape tape(Tape::Mode::kTrain);
    trained = array_of(model.features(tape, pixels, kLarger).value());
  }
  model.parameters.bump_version();
  Tape tape(Tape::Mode::kInfer);
  const Array inferred = array_of(model.features(tape, pixels, kLarger).value());
  // Not quite equal: the running variance is unbiased, N/(N-1), and the last layers see 108 rows.
  double error = 0, norm = 0;
  for (size_t i = 0; i < trained.size(); ++i) {
    error = std::hypot(error, trained[i] - inferred[i]);
    norm = std::hypot(norm, trained[i]);
  }
  EXPECT_LT(error, 0.02 * norm);
}

TEST_P(SceneEncoder, TrainsWithFrozenStatisticsAsItInfers) {
  Model model(GetParam(), DType::kFloat64, true);
  for (int id = 0; id < model.parameters.size(); ++id) {  // statistics that matter
    if (!model.parameters.is_buffer(id)) continue;
    const Tensor& value = model.parameters.value(id);
    const Array drawn = random_array(id, value.elements(), 0.5, 2);
    value.copy_from_host(drawn.data());
  }
  model.parameters.bump_version();
  const auto statistics = [&] {
    Array all;
    for (int id = 0; id < model.parameters.size(); ++id) {
      if (!model.parameters.is_buffer(id)) continue;
      for (double x : array_of(model.parameters.value(id))) all.push_back(x);
    }
    return all;
  };
  Tape infer(Tape::Mode::kInfer);
  const Array inferred = array_of(model.features(infer, pictures()).value());
  const Array before = statistics();
  model.encoder->freeze_statistics(true);
  Tape train(Tape::Mode::kTrain);
  const Var features = model.features(train, pictures());
  EXPECT_TRUE(features.tracked());
  const Array trained = array_of(features.value());
  for (size_t i = 0; i < trained.size(); ++i) ASSERT_NEAR(trained[i], inferred[i], 1e-9);
  EXPECT_EQ(statistics(), before);
  model.encoder->freeze_statistics(false);
  Tape again(Tape::Mode::kTrain);
  EXPECT_NE(array_of(model.features(again, pictures()).value()), trained);
  EXPECT_NE(statistics(), before);
}

TEST_P(SceneEncoder, InferenceFollowsTheVersionOfTheParameters) {
  Model model(GetParam(), DType::kFloat32, true);
  const auto infer = [&] {
    Tape tape(Tape::Mode::kInfer);
    return array_of(model.features(tape, pictures()).value());
  };
  const Array before = infer();
  EXPECT_EQ(infer(), before);
  const Tensor& scale = model.parameters.value(model.parameters.find("encoder.stem.norm.weight"));
  for (int64_t i = 0; i < scale.elements(); ++i) scale.data<float>()[i] = 2;
  model.parameters.bump_version();
  EXPECT_NE(infer(), before);
}

TEST_P(SceneEncoder, LearnsToTellTwoPicturesApart) {
  Model model(GetParam(), DType::kFloat32, true);
  const Array pixels = random_array(9, 4 * kSide * kSide * 3);
  const auto step = [&](float rate) {
    model.parameters.forget_gradients();
    Tape tape(Tape::Mode::kTrain);
    const Var features = model.features(tape, pixels);
    // Loss: half the squared distance of the features from 1 in even pictures and 0 in odd ones.
    Array difference = array_of(features.value());
    double loss = 0;
    for (size_t i = 0; i < difference.size(); ++i) {
      difference[i] -= i / (difference.size() / 4) % 2 == 0 ? 1 : 0;
      loss += difference[i] * difference[i] / 2;
    }
    give_gradient(features, tensor_of<float>(features.shape(), difference));
    tape.backward({});
    model.parameters.complete_gradients();
    const Tensor& values = model.parameters.values();
    for (int64_t i = 0; i < values.elements(); ++i) {
      values.data<float>()[i] -= rate * model.parameters.gradients().data<float>()[i];
    }
    model.parameters.bump_version();
    return loss;
  };
  const double first = step(1e-4F);
  double last = first;
  for (int i = 0; i < 200; ++i) last = step(1e-4F);
  EXPECT_LT(last, 0.2 * first);
}

TEST_P(SceneEncoder, HasNoPretrainedWeights) {
  Model model(GetParam(), DType::kFloat32, false);
  const std::string header = "{\"__metadata__\":{}}";
  std::vector<std::byte> bytes(8);
  bytes[0] = static_cast<std::byte>(header.size());
  for (char c : header) bytes.push_back(static_cast<std::byte>(c));
  EXPECT_THROW(model.encoder->load_pretrained(SafetensorsFile::parse(bytes, "weights")),
               ModelError);
}

INSTANTIATE_TEST_SUITE_P(Both, SceneEncoder, testing::Values("scene_cnn", "form_color_cnn"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace storyteller::scene_encoders_test
