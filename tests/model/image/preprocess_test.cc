#include "model/image/preprocess.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/error.h"
#include "kernels/cpu/context.h"
#include "kernels/image_preprocess.h"
#include "tests/model/image/fixtures.h"

namespace storyteller::preprocess_test {
namespace {

using namespace fixtures;

std::vector<float> run(const Image& image, const Preprocessing& p) {
  std::vector<float> out(std::size_t{3} * p.width * p.height, -999.0F);
  preprocess(image, p, out.data());
  return out;
}

Preprocessing cropping() {
  return {.width = 10,
          .height = 8,
          .resize = Preprocessing::Resize::kShortSideCentreCrop,
          .short_side = 13};
}

TEST(Preprocess, StretchesAndNormalisesInRowMajorHwc) {
  const Image image = noisy_picture(40, 30);
  const Preprocessing p{.width = 12, .height = 9, .mean = {1, 2, 3}, .scale = {0.5F, 2, -1}};
  const Image fitted = resize(image, 12, 9);
  const std::vector<float> out = run(image, p);
  for (std::size_t i = 0; i < out.size(); ++i) {
    EXPECT_EQ(out[i], (static_cast<float>(fitted.rgb[i]) - p.mean[i % 3]) * p.scale[i % 3]);
  }
}

TEST(Preprocess, TheKernelGivesTheSameBits) {
  const Image image = noisy_picture(61, 47);
  for (Preprocessing p : {cropping(), Preprocessing{.width = 23, .height = 31}}) {
    p.mean = {123.675F, 116.28F, 103.53F};
    p.scale = {0.0171F, 0.0175F, 0.0174F};
    const PixelBox box = visible_box(image.width, image.height, p);
    struct Axis {
      Axis(double begin, double length, int in, int out)
          : stride(resize_taps_stride(length, out)), first(out), count(out), weights(out * stride) {
        make_resize_taps(begin, length, in, out, stride, first.data(), count.data(),
                         weights.data());
      }
      ResizeTaps taps() const { return {first.data(), count.data(), weights.data(), stride}; }
      int stride;
      std::vector<std::int32_t> first, count, weights;
    };
    const Axis columns(box.left, box.width, image.width, p.width);
    const Axis rows(box.top, box.height, image.height, p.height);
    std::vector<float> out(std::size_t{3} * p.width * p.height);
    CpuContext context;
    image_preprocess(Cpu{&context},
                     ImagePreprocess<float>{.rgb = image.rgb.data(),
                                            .out = out.data(),
                                            .in_width = image.width,
                                            .in_height = image.height,
                                            .width = p.width,
                                            .height = p.height,
                                            .columns = columns.taps(),
                                            .rows = rows.taps(),
                                            .mean = {p.mean[0], p.mean[1], p.mean[2]},
                                            .scale = {p.scale[0], p.scale[1], p.scale[2]}});
    EXPECT_EQ(out, run(image, p));
  }
}

TEST(Preprocess, BgrSwapsChannelsButNotTheirConstants) {
  const Image image = solid_image(5, 5, {10, 20, 30});
  const std::vector<float> out = run(image, {.width = 2,
                                             .height = 2,
                                             .channels = Preprocessing::ChannelOrder::kBgr,
                                             .mean = {1, 2, 3},
                                             .scale = {1, 1, 1}});
  EXPECT_EQ(std::vector<float>(out.begin(), out.begin() + 3), (std::vector<float>{29, 18, 7}));
}

TEST(Preprocess, CropsTheMiddleOfThePictureThatWasScaled) {
  for (const auto& [width, height] : {std::pair{40, 30}, {30, 41}, {13, 13}, {10, 10}, {200, 17}}) {
    const Image image = noisy_picture(width, height);
    // torchvision: the shorter side becomes 13, the longer one is truncated; then the middle.
    const Image scaled = width <= height ? resize(image, 13, 13 * height / width)
                                         : resize(image, 13 * width / height, 13);
    const int left = static_cast<int>(std::nearbyint((scaled.width - 10) / 2.0));
    const int top = static_cast<int>(std::nearbyint((scaled.height - 8) / 2.0));
    Preprocessing p = cropping();
    p.scale = {1, 1, 1};
    const std::vector<float> out = run(image, p);
    for (int y = 0; y < 8; ++y) {
      for (int i = 0; i < 30; ++i) {
        ASSERT_EQ(out[30 * y + i], scaled.row(top + y)[3 * left + i]) << width << "x" << height;
      }
    }
  }
}

TEST(Preprocess, ALineOfPixelsNeedsNoHugePicture) {
  const Image line = solid_image(60'000, 1, {50, 60, 70});
  const std::vector<float> out = run(line, cropping());
  EXPECT_FLOAT_EQ(out[1], 60.0F / 255);
}

TEST(Preprocess, VisibleBoxIsTheMiddlePart) {
  const Preprocessing stretch{.width = 8, .height = 8};
  EXPECT_EQ(visible_box(40, 20, stretch),
            (PixelBox{.left = 0, .top = 0, .width = 40, .height = 20}));
  const Preprocessing crop{.width = 10,
                           .height = 10,
                           .resize = Preprocessing::Resize::kShortSideCentreCrop,
                           .short_side = 20};
  EXPECT_EQ(visible_box(80, 40, crop),
            (PixelBox{.left = 30, .top = 10, .width = 20, .height = 20}));
}

TEST(Preprocess, RefusesACropThatDoesNotFit) {
  Preprocessing p = cropping();
  p.short_side = 9;
  std::vector<float> out(1000);
  EXPECT_THROW(preprocess(noisy_picture(20, 20), p, out.data()), InternalError);
}

TEST(PreprocessingJson, RoundTripsToTheBit) {
  Preprocessing p = cropping();
  p.channels = Preprocessing::ChannelOrder::kBgr;
  p.mean = {0.1F, 123.675F, 1e-30F};
  p.scale = {1.0F / 255, 1.0F / 3, 0.0171247538F};
  EXPECT_EQ(preprocessing_from_json(to_json(p), "m"), p);
  EXPECT_EQ(preprocessing_from_json(to_json(Preprocessing{}), "m"), Preprocessing{});
}

TEST(PreprocessingJson, RefusesWhatDoesNotDescribeOne) {
  const std::string good = to_json(cropping());
  const auto replaced = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos);
    return text.replace(at, from.size(), to);
  };
  for (const std::string& bad :
       {std::string("{"), std::string("[]"), std::string("{}"),
        replaced("\"width\":10", "\"width\":0"), replaced("\"width\":10", "\"width\":1.5"),
        replaced("\"height\":8", "\"height\":99999999"), replaced("rgb", "rgba"),
        replaced("short_side_centre_crop", "squeeze"), replaced("\"mean\":[0.0", "\"mean\":[1e99"),
        replaced("\"mean\":[0.0,", "\"mean\":["), replaced("\"short_side\":13", "\"short_side\":9"),
        replaced("{\"width\"", "{\"extra\":1,\"width\"")}) {
    EXPECT_THROW(preprocessing_from_json(bad, "model.st"), ModelError) << bad;
  }
}

}  // namespace
}  // namespace storyteller::preprocess_test
