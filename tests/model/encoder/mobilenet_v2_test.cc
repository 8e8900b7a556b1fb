#include "model/encoder/encoder.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/error.h"
#include "core/serialization/safetensors_writer.h"
#include "model/encoder/pretrained.h"
#include "model/image/decode.h"
#include "tests/real_data.h"
#include "tests/temporary_folder.h"

namespace storyteller::mobilenet_v2_test {
namespace {

struct Model {
  Parameters parameters;
  std::unique_ptr<Encoder> encoder;
  Model() {
    parameters.add_group({.name = "encoder", .trainable = false});
    encoder = make_encoder("mobilenet_v2", parameters);
    parameters.allocate(DType::kFloat32, Device::cpu(), 1, false);
  }
  Tensor features(const Tensor& pictures) {
    Tape tape(Tape::Mode::kInfer);
    return encoder->forward(tape, Var(pictures)).value();
  }
};

TEST(MobileNetV2, HasTheGridAndTheParametersOfThePaper) {
  Model model;
  EXPECT_EQ(model.encoder->regions(), 49);
  EXPECT_EQ(model.encoder->width(), 1280);
  int64_t elements = 0;
  for (int id = 0; id < model.parameters.size(); ++id) {
    elements += model.parameters.value(id).elements();
    EXPECT_FALSE(model.parameters.var(id).tracked()) << model.parameters.name(id);
  }
  // torchvision's mobilenet_v2 has 3,504,872 parameters: without the classifier's 1,281,000 and
  // with a bias instead of scale and shift for each of the 17,056 normalised channels.
  EXPECT_EQ(elements, 3504872 - 1281000 - 17056);
}

TEST(MobileNetV2, FeaturesMatchPyTorch) {
  STORYTELLER_REQUIRE_DATA(weights, "encoders/mobilenet_v2_1.0_224.safetensors");
  STORYTELLER_REQUIRE_DATA(golden_file, "encoders/goldens_mobilenet_v2.safetensors");
  STORYTELLER_REQUIRE_DATA(photos, "flickr8k/images");
  Model model;
  model.encoder->load_pretrained(WeightsFile::open(weights));
  const auto goldens = SafetensorsFile::open(golden_file);
  int compared = 0;
  for (const std::string& name : goldens.names()) {
    const size_t suffix = name.find(".features");
    if (suffix == std::string::npos) continue;
    const auto path = photos / name.substr(0, suffix);
    const Preprocessing preprocessing = model.encoder->preprocessing();
    const Tensor picture = Tensor::empty({1, 224, 224, 3}, DType::kFloat32, Device::cpu());
    preprocess(read_image(path), preprocessing, picture.data<float>());
    const std::vector<float> got = model.features(picture).to_host<float>();
    std::vector<float> wanted(got.size());
    goldens.read_float(name, wanted);  // (1280,7,7)
    double error = 0, norm = 0;
    for (size_t d = 0; d < 1280; ++d) {
      for (size_t l = 0; l < 49; ++l) {
        error += std::pow(got[l * 1280 + d] - wanted[d * 49 + l], 2);
        norm += std::pow(wanted[d * 49 + l], 2);
        EXPECT_NEAR(got[l * 1280 + d], wanted[d * 49 + l],
                    1e-3 * std::max(1.0F, wanted[d * 49 + l]));
      }
    }
    EXPECT_GT(norm, 0) << name;
    EXPECT_LT(std::sqrt(error / norm), 1e-4) << name;
    ++compared;
  }
  EXPECT_EQ(compared, 2);
}

TEST(MobileNetV2, APictureDoesNotDependOnItsBatch) {
  STORYTELLER_REQUIRE_DATA(weights, "encoders/mobilenet_v2_1.0_224.safetensors");
  Model model;
  model.encoder->load_pretrained(WeightsFile::open(weights));
  std::vector<float> pixels(size_t{17} * 224 * 224 * 3);
  for (size_t i = 0; i < pixels.size(); ++i) pixels[i] = std::sin(static_cast<float>(i) * 0.37F);
  const Tensor pictures = Tensor::from({17, 224, 224, 3}, pixels);
  const std::vector<float> together = model.features(pictures).to_host<float>();
  for (const int64_t i : {0, 15, 16}) {  // 16 go through the network at once
    const std::vector<float> alone = model.features(pictures.row_range(i, 1)).to_host<float>();
    for (size_t k = 0; k < alone.size(); ++k) {
      ASSERT_NEAR(alone[k], together[static_cast<size_t>(i) * alone.size() + k], 1e-4);
    }
  }
}

TEST(MobileNetV2, ReportsMissingAndMisshapenWeights) {
  Model model;
  const std::vector<float> values(32 * 3 * 3 * 3, 1);
  const auto load = [&](const std::vector<int64_t>& shape) {
    TemporaryFolder folder;
    SafetensorsWriter writer;
    writer.add("features.0.0.weight", StoredType::kF32, shape, values.data());
    writer.write(folder / "weights.safetensors");
    model.encoder->load_pretrained(WeightsFile::open(folder / "weights.safetensors"));
  };
  EXPECT_THROW(load({32, 3, 3, 3}), ModelError);  // the rest is missing
  EXPECT_THROW(load({27, 32}), ModelError);
  const Tensor& first =
      model.parameters.value(model.parameters.find("encoder.features.0.0.weight"));
  EXPECT_EQ(first.to_host<float>()[0], 0) << "a failed load must change nothing";
}

TEST(MakeEncoder, SuggestsTheNameThatWasMeant) {
  Parameters parameters;
  parameters.add_group({.name = "encoder"});
  try {
    make_encoder("mobilenetv2", parameters);
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_NE(std::string(error.what()).find("did you mean 'mobilenet_v2'"), std::string::npos)
        << error.what();
  }
}

}  // namespace
}  // namespace storyteller::mobilenet_v2_test
