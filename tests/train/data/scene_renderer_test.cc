#include "train/data/scene_renderer.h"

#include <gtest/gtest.h>
#include <xxhash.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"

namespace storyteller::scenes::scene_renderer_test {
namespace {

constexpr int kSide = 96;

struct Chroma {
  double red_green, yellow_blue, light;
};

Chroma chroma(double r, double g, double b) {
  const double sum = r + g + b + 1e-9;
  return {(r - g) / sum, (0.5 * (r + g) - b) / sum, sum / 765};
}

// Mean colour of the object's visible pixels.
std::array<double, 3> mean_color(const Image& image, const ObjectMask& mask) {
  std::array<double, 3> sum{};
  double count = 0;
  for (size_t i = 0; i < mask.inside.size(); ++i) {
    if (mask.inside[i] == 0) continue;
    ++count;
    for (size_t c = 0; c < 3; ++c) sum[c] += image.rgb[3 * i + c];
  }
  for (double& s : sum) s /= count;
  return sum;
}

// The reference colour nearest in chromaticity, lightness counting little.
Color nearest_color(const std::array<double, 3>& rgb) {
  const Chroma seen = chroma(rgb[0], rgb[1], rgb[2]);
  double best = std::numeric_limits<double>::max();
  Color nearest{};
  for (int c = 0; c < kColors; ++c) {
    const auto reference = reference_color(static_cast<Color>(c));
    const Chroma k = chroma(reference[0], reference[1], reference[2]);
    const double d = std::hypot(seen.red_green - k.red_green, seen.yellow_blue - k.yellow_blue) +
                     0.3 * std::abs(seen.light - k.light);
    if (d < best) {
      best = d;
      nearest = static_cast<Color>(c);
    }
  }
  return nearest;
}

TEST(SceneRenderer, MasksShowTheObjectsColorsUnambiguously) {
  int objects = 0;
  for (uint64_t i = 0; i < 500; ++i) {
    const Scene scene = make_scene(1, Split::kTrain, i);
    const Image image = render(scene, kSide);
    const auto masks = object_masks(scene, kSide);
    ASSERT_EQ(masks.size(), scene.objects.size());
    for (size_t o = 0; o < masks.size(); ++o, ++objects) {
      EXPECT_EQ(nearest_color(mean_color(image, masks[o])), scene.objects[o].color)
          << "scene " << i << " object " << o << " " << name(scene.objects[o].color);
    }
  }
  EXPECT_GT(objects, 900);
}

// Moving the mask off the object must lose the colour: the masks are where the objects are.
TEST(SceneRenderer, MaskEdgesFollowThePicture) {
  for (uint64_t i = 0; i < 200; ++i) {
    Scene scene = make_scene(2, Split::kTrain, i);
    if (scene.objects.size() != 1) continue;
    const Image with = render(scene, kSide);
    const auto mask = object_masks(scene, kSide).front();
    scene.objects.clear();
    const Image without = render(scene, kSide);
    int inside_changed = 0, inside = 0;
    for (size_t p = 0; p < mask.inside.size(); ++p) {
      int difference = 0;
      for (size_t c = 0; c < 3; ++c) {
        difference = std::max(difference, std::abs(with.rgb[3 * p + c] - without.rgb[3 * p + c]));
      }
      if (mask.inside[p] != 0) {
        ++inside;
        inside_changed += difference > 12 ? 1 : 0;
      }
    }
    EXPECT_GE(inside_changed, inside * 95 / 100) << i;
    // Far from the object nothing changes at all.
    const Box box = bounding_box(mask);
    for (int y = 0; y < kSide; ++y) {
      for (int x = 0; x < kSide; ++x) {
        if (x > box.left - 8 && x < box.right + 8 && y > box.top - 8 && y < box.bottom + 8)
          continue;
        EXPECT_EQ(with.pixel(x, y), without.pixel(x, y));
      }
    }
  }
}

TEST(SceneRenderer, MasksAreDisjointAndEveryObjectIsMostlyVisible) {
  for (uint64_t i = 0; i < 500; ++i) {
    const Scene scene = make_scene(4, Split::kTrain, i);
    const auto masks = object_masks(scene, kSide);
    std::vector<int> owners(size_t{kSide} * kSide);
    for (size_t o = 0; o < masks.size(); ++o) {
      Scene alone = scene;
      alone.objects = {scene.objects[o]};
      const auto whole = object_masks(alone, kSide).front();
      const auto count = [](const ObjectMask& m) {
        return std::count(m.inside.begin(), m.inside.end(), uint8_t{1});
      };
      EXPECT_GE(count(masks[o]), count(whole) * 2 / 5) << "scene " << i;
      EXPECT_GE(count(masks[o]), 60) << "scene " << i;
      const Box box = bounding_box(whole);
      EXPECT_GE(std::max(box.right - box.left, box.bottom - box.top), 17);
      for (size_t p = 0; p < owners.size(); ++p) owners[p] += masks[o].inside[p];
    }
    EXPECT_LE(*std::max_element(owners.begin(), owners.end()), 1);
  }
}

TEST(SceneRenderer, SizesDoNotMix) {
  std::array<std::pair<int64_t, int64_t>, kSizes> range;
  range.fill({std::numeric_limits<int64_t>::max(), 0});
  for (uint64_t i = 0; i < 1500; ++i) {
    const Scene scene = make_scene(6, Split::kTrain, i);
    if (scene.objects.size() != 1 || scene.objects[0].shape != Shape::kSquare) continue;
    const auto mask = object_masks(scene, kSide).front();
    const auto area = std::count(mask.inside.begin(), mask.inside.end(), uint8_t{1});
    auto& [least, most] = range[static_cast<size_t>(scene.objects[0].size)];
    least = std::min(least, area);
    most = std::max(most, area);
  }
  EXPECT_LT(range[0].second * 3 / 2, range[1].first);
  EXPECT_LT(range[1].second * 3 / 2, range[2].first);
}

TEST(SceneRenderer, IsDeterministicAndKeepsItsPixels) {
  const Scene scene = make_scene(1, Split::kVal, 7);
  const Image a = render(scene, kSide), b = render(scene, kSide);
  EXPECT_EQ(a, b);
  EXPECT_NE(a, render(make_scene(1, Split::kVal, 8), kSide));
  EXPECT_NE(a, render(make_scene(2, Split::kVal, 7), kSide));
}

TEST(SceneRenderer, DrawsTheSameSceneAtEverySide) {
  const Scene scene = make_scene(1, Split::kTrain, 3);
  const auto share = [&](int side) {
    const auto mask = object_masks(scene, side).front();
    return static_cast<double>(std::count(mask.inside.begin(), mask.inside.end(), uint8_t{1})) /
           static_cast<double>(mask.inside.size());
  };
  EXPECT_NEAR(share(64), share(256), 0.01);
  EXPECT_EQ(render(scene, 33).rgb.size(), 3U * 33 * 33);
}

TEST(SceneRenderer, RejectsAbsurdSides) {
  const Scene scene = make_scene(1, Split::kTrain, 0);
  for (const int side : {-1, 0, 15, 2049}) {
    EXPECT_THROW(render(scene, side), UsageError);
    EXPECT_THROW(object_masks(scene, side), UsageError);
  }
}

TEST(BoundingBox, IsTight) {
  ObjectMask mask{.width = 5, .height = 4, .inside = std::vector<uint8_t>(20)};
  Box empty = bounding_box(mask);
  EXPECT_EQ(empty.right, 0);
  mask.inside[1 * 5 + 2] = mask.inside[3 * 5 + 4] = 1;
  const Box box = bounding_box(mask);
  EXPECT_EQ(box.left, 2);
  EXPECT_EQ(box.top, 1);
  EXPECT_EQ(box.right, 5);
  EXPECT_EQ(box.bottom, 4);
}

}  // namespace
}  // namespace storyteller::scenes::scene_renderer_test
