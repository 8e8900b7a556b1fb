// The encoders of drawn scenes on CUDA: convolutions, batch norms, their folding and their
// gradients.
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "model/encoder/encoder.h"
#include "tests/op_run.h"

namespace storyteller::scene_encoders_test {
namespace {

constexpr int64_t kPictures = 3, kSide = 16;

struct Model {
  Parameters parameters;
  std::unique_ptr<Encoder> encoder;
  OpStorage storage;

  Model(const std::string& name, const OpStorage& storage) : storage(storage) {
    parameters.add_group({.name = "encoder"});
    encoder = make_encoder(name, parameters);
    parameters.allocate(storage.dtype, storage.device, 5, /*with_gradients=*/true);
  }

  Array features(Tape::Mode mode) {
    Tape tape(mode);
    return array_of(forward(tape).value());
  }
  /// Of a sum of the features with fixed weights, one array a parameter.
  std::vector<Array> gradients() {
    Tape tape(Tape::Mode::kTrain);
    parameters.forget_gradients();
    const Var features = forward(tape);
    const Tensor& value = features.value();
    give_gradient(features, tensor_of(value.shape(), output_weights(0, value.elements()),
                                      value.dtype(), value.device()));
    tape.backward({});
    parameters.complete_gradients();
    std::vector<Array> gradients;
    for (Parameters::Id id = 0; id < parameters.size(); ++id) {
      if (parameters.is_buffer(id)) continue;
      gradients.push_back(array_of(gathered_gradient(parameters.var(id))));
    }
    return gradients;
  }

 private:
  Var forward(Tape& tape) {
    const Shape shape = {kPictures, kSide, kSide, 3};
    return encoder->forward(tape, Var(tensor_of(shape, random_array(3, shape.elements()),
                                                storage.dtype, storage.device)));
  }
};

double relative_error(const Array& got, const Array& wanted) {
  double error = 0, size = 0;
  for (size_t i = 0; i < wanted.size(); ++i) {
    error += (got[i] - wanted[i]) * (got[i] - wanted[i]);
    size += wanted[i] * wanted[i];
  }
  return std::sqrt(error / size);
}

class CudaSceneEncoder : public testing::TestWithParam<std::string> {};

TEST_P(CudaSceneEncoder, FeaturesAreThoseOfTheCpu) {
  for (const Tape::Mode mode : {Tape::Mode::kInfer, Tape::Mode::kTrain}) {
    const Array wanted = Model(GetParam(), {DType::kFloat64}).features(mode);
    const Device cuda = Device::cuda();
    EXPECT_LT(relative_error(Model(GetParam(), {DType::kFloat32, cuda}).features(mode), wanted),
              1e-5);
    EXPECT_LT(relative_error(Model(GetParam(), {DType::kBFloat16, cuda}).features(mode), wanted),
              3e-2);
  }
}

TEST_P(CudaSceneEncoder, GradientsAreThoseOfTheCpu) {
  const auto wanted = Model(GetParam(), {DType::kFloat64}).gradients();
  const auto single = Model(GetParam(), {DType::kFloat32, Device::cuda()}).gradients();
  const auto narrow = Model(GetParam(), {DType::kBFloat16, Device::cuda()}).gradients();
  ASSERT_EQ(single.size(), wanted.size());
  for (size_t i = 0; i < wanted.size(); ++i) {
    EXPECT_LT(relative_error(single[i], wanted[i]), 1e-3) << "parameter " << i;
    // Rectifiers whose input is near zero open and close by rounding.
    EXPECT_LT(relative_error(narrow[i], wanted[i]), 0.3) << "parameter " << i;
  }
}

TEST_P(CudaSceneEncoder, GivesTheSameBitsEveryTime) {
  const OpStorage storage = {DType::kBFloat16, Device::cuda()};
  EXPECT_EQ(Model(GetParam(), storage).gradients(), Model(GetParam(), storage).gradients());
}

INSTANTIATE_TEST_SUITE_P(Both, CudaSceneEncoder, testing::Values("scene_cnn", "form_color_cnn"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace storyteller::scene_encoders_test
