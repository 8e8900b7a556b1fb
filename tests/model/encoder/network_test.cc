#include "model/encoder/network.h"

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/error.h"

namespace storyteller::network_test {
namespace {

struct Published {
  std::string name;
  int64_t side, width;
  int64_t
      parameters;  ///< the publisher's count less the classifier's, and less biases before norms
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

INSTANTIATE_TEST_SUITE_P(
    All, NetworkTable,
    testing::Values(Published{"vgg11", 14, 512, 132863336 - 123642856},
                    Published{"vgg13", 14, 512, 133047848 - 123642856},
                    Published{"vgg16", 14, 512, 138357544 - 123642856},
                    Published{"vgg19", 14, 512, 143667240 - 123642856},
                    Published{"vgg16_bn", 14, 512, 138365992 - 123642856 - 4224},
                    Published{"resnet18", 7, 512, 11689512 - 513000},
                    Published{"resnet34", 7, 512, 21797672 - 513000},
                    Published{"resnet50", 7, 2048, 25557032 - 2049000},
                    Published{"resnet101", 7, 2048, 44549160 - 2049000},
                    Published{"resnet152", 7, 2048, 60192808 - 2049000},
                    Published{"mobilenet_v2", 7, 1280, 3504872 - 1281000},
                    Published{"efficientnet_lite0", 7, 1280, 4652008 - 1281000},
                    Published{"efficientnet_lite1", 8, 1280, 5416680 - 1281000},
                    Published{"efficientnet_lite2", 9, 1280, 6092072 - 1281000},
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
  EXPECT_EQ(grid("efficientnet_lite0:features.12.conv.0"), (std::vector<int64_t>{14, 14, 672}));
  EXPECT_EQ(grid("efficientnet_lite1:features.16.conv.0"), (std::vector<int64_t>{15, 15, 672}));
  EXPECT_EQ(grid("efficientnet_lite2:features.16.conv.0"), (std::vector<int64_t>{17, 17, 720}));
  EXPECT_THROW(grid("efficientnet_lite0:features.16.conv.0"), UsageError);
  EXPECT_THROW(grid("resnet18:layer2"), UsageError);
  EXPECT_THROW(grid("vgg16:features.3"), UsageError);
}

// Table 1 of the paper, scaled as the release for TensorFlow Lite scales it: widths to the nearest
// multiple of 8, blocks of the first and the last row not at all, stem and head not at all.
TEST(Network, EfficientNetLiteIsScaledAsReleased) {
  struct Scaled {
    std::string name;
    std::vector<int> blocks;
    std::vector<int64_t> channels;
  };
  const std::vector<Scaled> all = {
      {"efficientnet_lite0", {1, 2, 2, 3, 3, 4, 1}, {16, 24, 40, 80, 112, 192, 320}},
      {"efficientnet_lite1", {1, 3, 3, 4, 4, 5, 1}, {16, 24, 40, 80, 112, 192, 320}},
      {"efficientnet_lite2", {1, 3, 3, 4, 4, 5, 1}, {16, 24, 48, 88, 120, 208, 352}}};
  constexpr int64_t kKernels[] = {3, 3, 5, 3, 5, 5, 3}, kStrides[] = {1, 2, 2, 2, 1, 2, 1};
  for (const Scaled& net : all) {
    SCOPED_TRACE(net.name);
    const std::vector<LayerRow> rows = network_table(net.name, {})->rows;
    EXPECT_EQ(rows.front().channels, 32);
    EXPECT_EQ(rows.back().channels, 1280);
    size_t at = 1;
    for (size_t row = 0; row < net.blocks.size(); ++row) {
      for (int i = 0; i < net.blocks[row]; ++i, ++at) {
        ASSERT_LT(at, rows.size());
        EXPECT_EQ(rows[at].channels, net.channels[row]) << at;
        EXPECT_EQ(rows[at].kernel, kKernels[row]) << at;
        EXPECT_EQ(rows[at].stride, i == 0 ? kStrides[row] : 1) << at;
        EXPECT_EQ(rows[at].expansion, row == 0 ? 1 : 6) << at;
        EXPECT_EQ(rows[at].epsilon, 1e-3) << at;
      }
    }
    EXPECT_EQ(at + 1, rows.size());
  }
}

TEST(Network, AnySideOfTheInputGivesTheGridOfPaddingSame) {
  for (const auto& [side, grid] : {std::pair(224, 7), std::pair(225, 8), std::pair(300, 10),
                                   std::pair(384, 12), std::pair(33, 2)}) {
    Parameters parameters;
    parameters.add_group({.name = "encoder", .trainable = false});
    const auto encoder = make_encoder("efficientnet_lite0", parameters,
                                      encoder_options("efficientnet_lite0", {.side = side}));
    parameters.allocate(DType::kFloat32, Device::cpu(), 1, false);
    Tape tape(Tape::Mode::kInfer);
    const Tensor picture = Tensor::zeros({1, side, side, 3}, DType::kFloat32, Device::cpu());
    EXPECT_EQ(encoder->grid_rows(), grid) << side;
    EXPECT_EQ(encoder->forward(tape, Var(picture)).shape(), (Shape{1, grid * grid, 1280})) << side;
  }
}

TEST(NetworkSlow, EveryNameIsMadeAndHasTheGridThatItPromises) {
  for (const std::string& name : network_names()) {
    SCOPED_TRACE(name);
    Parameters parameters;
    parameters.add_group({.name = "encoder", .trainable = false});
    const auto encoder = make_encoder(name, parameters);
    parameters.allocate(DType::kFloat32, Device::cpu(), 1, false);
    Tape tape(Tape::Mode::kInfer);
    const Preprocessing input = encoder->preprocessing();
    const Tensor picture =
        Tensor::zeros({1, input.height, input.width, 3}, DType::kFloat32, Device::cpu());
    EXPECT_EQ(encoder->forward(tape, Var(picture)).shape(),
              (Shape{1, encoder->regions(), encoder->width()}));
    EXPECT_TRUE(is_pretrained(name));
  }
}

}  // namespace
}  // namespace storyteller::network_test
