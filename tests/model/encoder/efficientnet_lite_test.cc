// EfficientNet-Lite with its published weights. Random ones: network_goldens_test.cc.
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/serialization/safetensors.h"
#include "model/encoder/network.h"
#include "tests/model/encoder/drawn_values.h"
#include "tests/real_data.h"

namespace storyteller::efficientnet_lite_test {
namespace {

double relative_error(const std::vector<float>& got, const std::vector<float>& wanted) {
  double error = 0, norm = 0;
  for (size_t i = 0; i < got.size(); ++i) {
    error = std::hypot(error, got[i] - wanted[i]);
    norm = std::hypot(norm, wanted[i]);
  }
  return error / norm;
}

class EfficientNetLite : public testing::TestWithParam<const char*> {};

// The goldens are by tests/goldens/make_efficientnet_goldens.py NAME WEIGHTS OUT.
TEST_P(EfficientNetLite, PublishedWeightsGiveWhatPyTorchMakesOfThem) {
  const std::string name = GetParam();
  STORYTELLER_REQUIRE_DATA(weights, "encoders/" + name + ".safetensors");
  STORYTELLER_REQUIRE_DATA(golden_file, "encoders/goldens_" + name + ".safetensors");
  Parameters parameters;
  parameters.add_group({.name = "encoder", .trainable = false});
  const auto encoder = make_encoder(name, parameters);
  parameters.allocate(DType::kFloat32, Device::cpu(), 1, false);
  encoder->load_pretrained(WeightsFile::open(weights));
  const int64_t side = encoder->preprocessing().width;
  const Shape shape = {1, side, side, 3};
  Tape tape(Tape::Mode::kInfer);
  const std::vector<float> got =
      encoder->forward(tape, Var(Tensor::from(shape, drawn("picture0", shape.elements()))))
          .value()
          .to_host<float>();
  std::vector<float> wanted(got.size());
  SafetensorsFile::open(golden_file).read_float("features", wanted);
  EXPECT_LT(relative_error(got, wanted), 1e-4);
}

INSTANTIATE_TEST_SUITE_P(All, EfficientNetLite,
                         testing::Values("efficientnet_lite0", "efficientnet_lite1",
                                         "efficientnet_lite2"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace storyteller::efficientnet_lite_test
