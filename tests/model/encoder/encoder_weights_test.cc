// The numbers of pretrained weights: finite, of the right sign, and all of them used.
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "core/error.h"
#include "model/encoder/misfit.h"
#include "model/encoder/network.h"
#include "tests/model/encoder/weights_of.h"
#include "tests/temporary_folder.h"

namespace storyteller::encoder_weights_test {
namespace {

const std::string kNet = "resnet18:layer3";

std::function<std::string(std::string)> all_but(const std::string& name) {
  return [name](const std::string& one) {
    if (one == name) return std::string();
    return one;
  };
}

/// The encoder's weights, with `values` for one of them, and `more` beside.
WeightsFile with(const std::string& name, const std::vector<float>& values,
                 const std::string& more = "") {
  SafetensorsWriter writer;
  add_encoder(writer, kNet, {}, all_but(name));
  if (!name.empty()) {
    writer.add(name, StoredType::kF32, {static_cast<std::int64_t>(values.size())}, values.data());
  }
  const std::vector<float> twos(64, 2);
  if (!more.empty()) writer.add(more, StoredType::kF32, {64}, twos.data());
  return file_of(writer);
}

std::string refused(const WeightsFile& file) {
  return message_of<ModelError>([&] { read_encoder_weights(file, fit_to(file, kNet, {}, {})); });
}

TEST(EncoderWeights, ValuesThatAreNotFiniteAreCountedAndRefused) {
  std::vector<float> values(64, 1);
  values[3] = std::numeric_limits<float>::quiet_NaN();
  values[5] = -std::numeric_limits<float>::infinity();
  const std::string message = refused(with("bn1.bias", values));
  EXPECT_NE(message.find("2 values in 1 tensor are not finite"), std::string::npos) << message;
  EXPECT_NE(message.find("such as 'bn1.bias' (2 of 64)"), std::string::npos) << message;
}

TEST(EncoderWeights, NegativeVariancesAreRefused) {
  std::vector<float> values(64, 1);
  values[0] = -1;
  EXPECT_NE(refused(with("bn1.running_var", values)).find("negative where they are variances"),
            std::string::npos);
}

TEST(EncoderWeights, DoublesBeyondFloatAreRefused) {
  SafetensorsWriter writer;
  add_encoder(writer, kNet, {}, all_but("bn1.bias"));
  const std::vector<double> large(64, 1e300);
  writer.add("bn1.bias", StoredType::kF64, {64}, large.data());
  EXPECT_NE(refused(file_of(writer)).find("beyond float32"), std::string::npos);
}

TEST(EncoderWeights, ConvolutionsOfZerosAreAWarning) {
  SafetensorsWriter writer;
  const std::vector<float> zeros(64 * 3 * 49, 0);
  add_encoder(writer, kNet, {}, all_but("conv1.weight"));
  writer.add("conv1.weight", StoredType::kF32, {64, 3, 7, 7}, zeros.data());
  const auto file = file_of(writer);
  const EncoderWeights weights = read_encoder_weights(file, fit_to(file, kNet, {}, {}));
  ASSERT_EQ(weights.warnings.size(), 1U);
  EXPECT_NE(weights.warnings[0].find("1 of 15 convolutions have no weight but 0, such as "
                                     "'conv1.weight'"),
            std::string::npos)
      << weights.warnings[0];
  const auto usual = with("", {});
  EXPECT_TRUE(read_encoder_weights(usual, fit_to(usual, kNet, {}, {})).warnings.empty());
}

TEST(EncoderWeights, ABiasInFrontOfANormGoesIntoItsMeanInBlocksToo) {
  for (const char* convolution : {"conv1", "layer1.0.conv2"}) {
    SCOPED_TRACE(convolution);
    Parameters parameters;
    parameters.add_group({.name = "encoder", .trainable = false});
    const auto encoder = make_encoder(kNet, parameters);
    parameters.allocate(DType::kFloat32, Device::cpu(), 1, false);
    encoder->load_pretrained(with("", {}, std::string(convolution) + ".bias"));
    const auto mean = [&](const std::string& name) {
      return parameters.value(parameters.find("encoder." + name + ".running_mean"))
          .to_host<float>();
    };
    EXPECT_EQ(mean(norm_behind(convolution))[63], 0.5F - 2);
    EXPECT_EQ(mean("layer1.1.bn1")[0], 0.5F);
  }
}

TEST(EncoderWeights, NothingIsTakenFromAFileThatIsRefused) {
  Parameters parameters;
  parameters.add_group({.name = "encoder", .trainable = false});
  const auto encoder = make_encoder(kNet, parameters);
  parameters.allocate(DType::kFloat32, Device::cpu(), 1, false);
  std::vector<float> values(64, 1);
  values[0] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THROW(encoder->load_pretrained(with("bn1.bias", values)), ModelError);
  for (int id = 0; id < parameters.size(); ++id) {
    if (parameters.is_buffer(id)) continue;
    for (const float value : parameters.value(id).to_host<float>()) ASSERT_NE(value, 0.5F);
  }
}

}  // namespace
}  // namespace storyteller::encoder_weights_test
