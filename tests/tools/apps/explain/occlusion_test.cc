// Covering a region: which pixels become gray, and which stay.
#include "tools/apps/explain/occlusion.h"

#include <gtest/gtest.h>

#include <set>
#include <utility>

namespace storyteller::occlusion_test {
namespace {

TEST(Occlusion, CoversOneRegionOfAGridThatIsNotSquare) {
  Preprocessing preprocessing{.width = 6, .height = 4};
  preprocessing.mean = {28, 8, 128};
  preprocessing.scale = {0.01F, 0.1F, 1};
  const std::vector<float> input(std::size_t{6} * 4 * 3, 7);
  const std::vector<float> got = explain::covered(input, preprocessing, /*region=*/2, 2, 3);
  ASSERT_EQ(got.size(), input.size());
  std::set<std::pair<int, int>> gray;
  for (int y = 0; y < 4; ++y) {
    for (int x = 0; x < 6; ++x) {
      const float* pixel = &got[static_cast<std::size_t>((y * 6 + x) * 3)];
      if (pixel[0] == 7) continue;
      gray.emplace(y, x);
      EXPECT_FLOAT_EQ(pixel[0], 1);  // (128 - mean) * scale
      EXPECT_FLOAT_EQ(pixel[1], 12);
      EXPECT_FLOAT_EQ(pixel[2], 0);
    }
  }
  // Row 0, column 2 of 2 x 3 regions of 2 x 2 pixels.
  EXPECT_EQ(gray, (std::set<std::pair<int, int>>{{0, 4}, {0, 5}, {1, 4}, {1, 5}}));
}

}  // namespace
}  // namespace storyteller::occlusion_test
