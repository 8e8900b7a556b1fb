#include "train/data/scene.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <map>
#include <set>

#include "train/data/scene_shapes.h"

namespace storyteller::scenes::scene_test {
namespace {

constexpr Split kSplits[] = {Split::kTrain, Split::kVal, Split::kTest};

TEST(Scene, HeldOutCombinationsAreTwoDisjointPermutations) {
  std::map<Split, int> count;
  for (const Split split : {Split::kVal, Split::kTest}) {
    std::set<Color> colors;
    std::set<Shape> shapes;
    for (int c = 0; c < kColors; ++c) {
      for (int s = 0; s < kShapes; ++s) {
        const auto color = static_cast<Color>(c);
        const auto shape = static_cast<Shape>(s);
        if (home_split(color, shape) != split) continue;
        EXPECT_TRUE(is_held_out(color, shape));
        colors.insert(color);
        shapes.insert(shape);
        ++count[split];
      }
    }
    EXPECT_EQ(count[split], 8);
    EXPECT_EQ(colors.size(), size_t{kColors});
    EXPECT_EQ(shapes.size(), size_t{kShapes});
  }
}

TEST(Scene, TrainShowsEveryColorAndShapeButNoHeldOutCombination) {
  std::set<std::pair<Color, Shape>> seen;
  for (uint64_t i = 0; i < 4000; ++i) {
    for (const Object& object : make_scene(1, Split::kTrain, i).objects) {
      ASSERT_FALSE(is_held_out(object.color, object.shape)) << i;
      seen.emplace(object.color, object.shape);
    }
  }
  EXPECT_EQ(seen.size(), 48U);
}

TEST(Scene, ValAndTestShowTheirOwnHeldOutCombinationsInEveryEvenScene) {
  for (const Split split : {Split::kVal, Split::kTest}) {
    std::set<std::pair<Color, Shape>> single;
    for (uint64_t i = 0; i < 2000; ++i) {
      const Scene scene = make_scene(1, split, i);
      std::set<std::pair<Color, Shape>> held_out;
      for (const Object& object : scene.objects) {
        if (is_held_out(object.color, object.shape)) {
          EXPECT_EQ(home_split(object.color, object.shape), split);
          held_out.emplace(object.color, object.shape);
          if (scene.objects.size() == 1) single.emplace(object.color, object.shape);
        }
      }
      EXPECT_EQ(held_out.size(), i % 2 == 0 ? 1U : 0U) << i;
    }
    EXPECT_EQ(single.size(), 8U);  // each is scored on pictures of its own
  }
}

TEST(Scene, IsAPureFunctionOfSeedSplitAndIndex) {
  const auto key = [](uint64_t seed, Split split, uint64_t i) {
    return make_scene(seed, split, i).key;
  };
  std::set<uint64_t> keys;
  for (uint64_t seed : {1, 2}) {
    for (const Split split : kSplits) {
      for (uint64_t i = 0; i < 50; ++i) {
        keys.insert(key(seed, split, i));
        const Scene a = make_scene(seed, split, i), b = make_scene(seed, split, i);
        ASSERT_EQ(a.objects.size(), b.objects.size());
        for (size_t o = 0; o < a.objects.size(); ++o) {
          EXPECT_EQ(a.objects[o].x, b.objects[o].x);
          EXPECT_EQ(a.objects[o].color, b.objects[o].color);
        }
      }
    }
  }
  EXPECT_EQ(keys.size(), 300U);
}

TEST(Scene, SharesOfObjectCountsAreAsDocumented) {
  std::array<int, kMostObjects + 1> count{};
  constexpr int kScenes = 8000;
  for (uint64_t i = 0; i < kScenes; ++i) ++count.at(make_scene(3, Split::kTrain, i).objects.size());
  EXPECT_EQ(count[0], 0);
  EXPECT_NEAR(count[1] / double{kScenes}, 0.40, 0.02);
  EXPECT_NEAR(count[2] / double{kScenes}, 0.25, 0.02);
  EXPECT_NEAR(count[3] / double{kScenes}, 0.20, 0.02);
  EXPECT_NEAR(count[4] / double{kScenes}, 0.15, 0.02);
}

TEST(Scene, ObjectsLieInsideKeepTheirDistanceAndSmallerOnesAreInFront) {
  int overlapping = 0;
  for (uint64_t i = 0; i < 3000; ++i) {
    const Scene scene = make_scene(5, Split::kTrain, i);
    for (size_t a = 0; a < scene.objects.size(); ++a) {
      const Object& object = scene.objects[a];
      const float reach = object.radius * outline_radius(object.shape);
      EXPECT_GE(object.x - reach, 0);
      EXPECT_LE(object.x + reach, 1);
      EXPECT_GE(object.y - reach, 0);
      EXPECT_LE(object.y + reach, 1);
      EXPECT_GE(2 * object.radius * 96, 18);  // small ones stay recognisable
      for (size_t b = a + 1; b < scene.objects.size(); ++b) {
        const Object& other = scene.objects[b];
        EXPECT_GE(object.radius, other.radius);
        EXPECT_GE(std::hypot(object.x - other.x, object.y - other.y),
                  0.749F * (object.radius + other.radius));
        overlapping += overlap(object, other) ? 1 : 0;
        if (object.color == other.color && object.shape == other.shape) {
          EXPECT_EQ(object.size, other.size);
        }
      }
    }
  }
  EXPECT_GT(overlapping, 50);
}

TEST(SceneShapes, OutlineRadiusBoundsTheShapeTightly) {
  for (int s = 0; s < kShapes; ++s) {
    const auto shape = static_cast<Shape>(s);
    float furthest = 0;
    for (int row = -160; row <= 160; ++row) {
      for (int column = -160; column <= 160; ++column) {
        const float x = static_cast<float>(column) / 100, y = static_cast<float>(row) / 100;
        if (shape_distance(shape, x, y) <= 0) furthest = std::max(furthest, std::hypot(x, y));
      }
    }
    EXPECT_LE(furthest, outline_radius(shape) + 1e-3F) << name(shape);
    EXPECT_GE(furthest, outline_radius(shape) - 0.08F) << name(shape);
  }
}

TEST(SceneShapes, DistanceHasUnitSlopeNearTheOutlineSoItAntiAliases) {
  constexpr float kStep = 1e-3F;
  for (int s = 0; s < kShapes; ++s) {
    const auto shape = static_cast<Shape>(s);
    int points = 0, steep = 0;
    for (int row = -70; row <= 70; ++row) {
      for (int column = -70; column <= 70; ++column) {
        const float x = static_cast<float>(column) / 50 + 0.003F;
        const float y = static_cast<float>(row) / 50 + 0.007F;
        if (std::abs(shape_distance(shape, x, y)) > 0.05F) continue;
        const float dx =
            (shape_distance(shape, x + kStep, y) - shape_distance(shape, x - kStep, y)) /
            (2 * kStep);
        const float dy =
            (shape_distance(shape, x, y + kStep) - shape_distance(shape, x, y - kStep)) /
            (2 * kStep);
        ++points;
        steep += std::abs(std::hypot(dx, dy) - 1) > 0.05F ? 1 : 0;
      }
    }
    EXPECT_GT(points, 50) << name(shape);
    EXPECT_LT(steep, points / 20) << name(shape);  // corners alone
  }
}

}  // namespace
}  // namespace storyteller::scenes::scene_test
