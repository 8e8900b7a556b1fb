// Networks with the weights of their authors against activations computed elsewhere.
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "model/encoder/network.h"
#include "model/image/decode.h"
#include "tests/real_data.h"

namespace storyteller::pretrained_weights_test {
namespace {

struct Model {
  Parameters parameters;
  std::unique_ptr<Encoder> encoder;
  Model(const std::string& name, const EncoderChoices& choices,
        const std::filesystem::path& weights) {
    parameters.add_group({.name = "encoder", .trainable = false});
    encoder = make_encoder(name, parameters, encoder_options(name, choices));
    parameters.allocate(DType::kFloat32, Device::cpu(), 1, false);
    encoder->load_pretrained(SafetensorsFile::open(weights));
  }
  std::vector<float> features(const Tensor& pictures) {
    Tape tape(Tape::Mode::kInfer);
    return encoder->forward(tape, Var(pictures)).value().to_host<float>();
  }
};

/// got (L,D) against wanted (D,L), relative to the norm.
double error_of(const std::vector<float>& got, const std::vector<float>& wanted, size_t D) {
  const size_t L = got.size() / D;
  double error = 0, norm = 0;
  for (size_t i = 0; i < got.size(); ++i) {
    const double want = wanted[i % D * L + i / D];
    error += std::pow(got[i] - want, 2);
    norm += want * want;
  }
  EXPECT_GT(norm, 0);
  return std::sqrt(error / norm);
}

TEST(PretrainedWeights, ResNet50AsMsraTrainedItMatchesPyTorch) {
  STORYTELLER_REQUIRE_DATA(weights, "encoders/resnet50_c4_msra.safetensors");
  STORYTELLER_REQUIRE_DATA(golden_file, "encoders/goldens_resnet50_c4.safetensors");
  STORYTELLER_REQUIRE_DATA(photos, "flickr8k/images");
  Model model("resnet50:layer3",
              {.stride = EncoderChoices::Stride::kV1,
               .pool = EncoderChoices::Pool::kCaffe,
               .input = EncoderChoices::Input::kMeanImage,
               .resize = EncoderChoices::Resize::kStretch},
              weights);
  EXPECT_EQ(model.encoder->regions(), 196);
  EXPECT_EQ(model.encoder->width(), 1024);
  const auto goldens = SafetensorsFile::open(golden_file);
  for (const std::string& name : goldens.names()) {
    const Tensor picture = Tensor::empty({1, 224, 224, 3}, DType::kFloat32, Device::cpu());
    preprocess(read_image(photos / name.substr(0, name.find(".features"))),
               model.encoder->preprocessing(), picture.data<float>());
    const std::vector<float> got = model.features(picture);
    std::vector<float> wanted(got.size());
    goldens.read_float(name, wanted);
    EXPECT_LT(error_of(got, wanted, 1024), 1e-4) << name;
  }
}

TEST(PretrainedWeights, SqueezeNetMatchesCaffe) {
  STORYTELLER_REQUIRE_DATA(weights, "encoders/squeezenet1_0.safetensors");
  STORYTELLER_REQUIRE_DATA(golden_file, "encoders/goldens_squeezenet1_0.safetensors");
  Model model("squeezenet1_0",
              {.input = EncoderChoices::Input::kMeanColour,
               .resize = EncoderChoices::Resize::kStretch,
               .side = 227},
              weights);
  EXPECT_EQ(model.encoder->regions(), 169);
  const auto goldens = SafetensorsFile::open(golden_file);
  constexpr size_t kPixels = size_t{227} * 227;
  std::vector<float> planes(3 * kPixels), pixels(planes.size());
  goldens.read_float("input", planes);
  for (size_t i = 0; i < pixels.size(); ++i) pixels[i] = planes[i % 3 * kPixels + i / 3];
  const std::vector<float> got = model.features(Tensor::from({1, 227, 227, 3}, pixels));
  std::vector<float> wanted(got.size());
  goldens.read_float("features.12", wanted);
  EXPECT_LT(error_of(got, wanted, 512), 1e-4);
}

}  // namespace
}  // namespace storyteller::pretrained_weights_test
