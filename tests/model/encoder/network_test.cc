#include "model/encoder/network.h"

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/error.h"

namespace storyteller {
namespace {

struct Published {
  std::string name;
  int64_t side, width;
  int64_t parameters;  ///< torchvision's count less the classifier's, and less biases before norms
};

class NetworkTable : public testing::TestWithParam<Published> {};

TEST_P(NetworkTable, HasTheGridAndTheParametersThatArePublished) {
  const Published& published = GetParam();
  EncoderOptions options = encoder_options(published.name);
  options.layers.folded = false;
  Parameters parameters;
  parameters.add_group({.name = "encoder"});
  const auto encoder = make_encoder(published.name, parameters, options);
  parameters.allocate(DType::kFloat32, Device::cpu(), 1, false);
  EXPECT_EQ(encoder->grid_rows(), published.side);
  EXPECT_EQ(encoder->grid_columns(), published.side);
  EXPECT_EQ(encoder->width(), published.width);
  EXPECT_EQ(parameters.trainable_elements(), published.parameters);
}

INSTANTIATE_TEST_SUITE_P(All, NetworkTable,
                         testing::Values(Published{"vgg11", 14, 512, 132863336 - 123642856},
                                         Published{"vgg13", 14, 512, 133047848 - 123642856},
                                         Published{"vgg16", 14, 512, 138357544 - 123642856},
                                         Published{"vgg19", 14, 512, 143667240 - 123642856},
                                         Published{"vgg16_bn", 14, 512,
                                                   138365992 - 123642856 - 4224},
                                         Published{"resnet18", 7, 512, 11689512 - 513000},
                                         Published{"resnet34", 7, 512, 21797672 - 513000},
                                         Published{"resnet50", 7, 2048, 25557032 - 2049000},
                                         Published{"resnet101", 7, 2048, 44549160 - 2049000},
                                         Published{"resnet152", 7, 2048, 60192808 - 2049000},
                                         Published{"mobilenet_v2", 7, 1280, 3504872 - 1281000},
                                         Published{"squeezenet1_0", 13, 512, 1248424 - 513000},
                                         Published{"squeezenet1_1", 13, 512, 1235496 - 513000}),
                         [](const auto& info) { return info.param.name; });

TEST(Network, TapsTakeTheFeaturesBehindAnotherModule) {
  const auto grid = [](const std::string& name) {
    Parameters parameters;
    parameters.add_group({.name = "encoder"});
    const auto encoder = make_encoder(name, parameters);
    return std::vector<int64_t>{encoder->grid_rows(), encoder->grid_columns(), encoder->width()};
  };
  EXPECT_EQ(grid("resnet18:layer3"), (std::vector<int64_t>{14, 14, 256}));
  EXPECT_EQ(grid("resnet101:layer3"), (std::vector<int64_t>{14, 14, 1024}));
  EXPECT_EQ(grid("mobilenet_v2:features.14.conv.0"), (std::vector<int64_t>{14, 14, 576}));
  EXPECT_THROW(grid("resnet18:layer2"), UsageError);
  EXPECT_THROW(grid("vgg16:features.3"), UsageError);
}

TEST(Network, EveryNameIsMadeAndHasTheGridThatItPromises) {
  for (const std::string& name : network_names()) {
    SCOPED_TRACE(name);
    Parameters parameters;
    parameters.add_group({.name = "encoder", .trainable = false});
    const auto encoder = make_encoder(name, parameters);
    parameters.allocate(DType::kFloat32, Device::cpu(), 1, false);
    Tape tape(Tape::Mode::kInfer);
    const Tensor picture = Tensor::zeros({1, 224, 224, 3}, DType::kFloat32, Device::cpu());
    EXPECT_EQ(encoder->forward(tape, Var(picture)).shape(),
              (Shape{1, encoder->regions(), encoder->width()}));
    EXPECT_TRUE(is_pretrained(name));
  }
}

}  // namespace
}  // namespace storyteller
