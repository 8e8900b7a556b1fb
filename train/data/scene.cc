#include "train/data/scene.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "core/random_stream.h"

namespace storyteller::scenes {
namespace {

constexpr uint64_t kSceneSite = 0x73636E6573;          // "scnes": the key's consumer
constexpr uint64_t kLayoutStream = uint64_t{1} << 32;  // other streams: drawing, wording
constexpr std::array<float, kMostObjects> kCountShare = {0.40F, 0.25F, 0.20F, 0.15F};
constexpr float kTwinShare = 0.4F;  // of the scenes with several objects

struct Kind {
  Color color;
  Shape shape;
  bool operator==(const Kind&) const = default;
};

Kind draw_kind(RandomStream& random, Split home) {
  while (true) {
    const Kind kind = {static_cast<Color>(random.below(kColors)),
                       static_cast<Shape>(random.below(kShapes))};
    if (home_split(kind.color, kind.shape) == home) return kind;
  }
}

int draw_count(RandomStream& random) {
  float rest = random.uniform();
  int count = 1;
  while (count < kMostObjects && rest >= kCountShare[count - 1]) rest -= kCountShare[count++ - 1];
  return count;
}

float draw_radius(RandomStream& random, Size size) {
  constexpr std::array<std::pair<float, float>, kSizes> kRange = {
      {{0.104F, 0.114F}, {0.148F, 0.165F}, {0.215F, 0.240F}}};
  const auto [low, high] = kRange[static_cast<size_t>(size)];
  return random.uniform(low, high);
}

float draw_angle(RandomStream& random, Shape shape) {
  constexpr float kHalfTurn = std::numbers::pi_v<float>;
  const float most = shape == Shape::kHeart ? kHalfTurn / 5 : kHalfTurn;  // hearts stand upright
  return random.uniform(-most, most);
}

std::vector<Object> draw_objects(RandomStream& random, Split split, uint64_t index) {
  const int count = draw_count(random);
  const bool held_out = split != Split::kTrain && index % 2 == 0;
  const bool twins = count > 1 && random.chance(kTwinShare);
  const int twin_count = twins ? 2 + static_cast<int>(random.below(std::min(count, 3) - 1)) : 1;
  std::vector<Object> objects;
  std::vector<Kind> kinds;
  while (static_cast<int>(objects.size()) < count) {
    const bool first = objects.empty();
    const Kind kind = draw_kind(random, first && held_out ? split : Split::kTrain);
    if (std::find(kinds.begin(), kinds.end(), kind) != kinds.end()) continue;
    kinds.push_back(kind);
    Object object = {.shape = kind.shape, .color = kind.color};
    object.size = static_cast<Size>(random.below(kSizes));
    objects.insert(objects.end(), first ? twin_count : 1, object);
  }
  return objects;
}

// Places the centres; false where an object found no room. Overlap is wanted but bounded: two
// centres stay at least 3/4 of the sum of the radii apart.
bool place(RandomStream& random, std::vector<Object>& objects) {
  constexpr int kTries = 60;
  constexpr float kCloseness = 0.75F, kBorder = 0.01F;
  for (size_t i = 0; i < objects.size(); ++i) {
    Object& object = objects[i];
    object.radius = draw_radius(random, object.size);
    object.angle = draw_angle(random, object.shape);
    object.jitter = random.uniform(-1, 1);
    const float margin = object.radius * outline_radius(object.shape) + kBorder;
    bool placed = false;
    for (int attempt = 0; attempt < kTries && !placed; ++attempt) {
      object.x = random.uniform(margin, 1 - margin);
      object.y = random.uniform(margin, 1 - margin);
      placed = std::all_of(objects.begin(), objects.begin() + static_cast<std::ptrdiff_t>(i),
                           [&](const Object& other) {
                             return std::hypot(object.x - other.x, object.y - other.y) >=
                                    kCloseness * (object.radius + other.radius);
                           });
    }
    if (!placed) return false;
  }
  return true;
}

// Makes the largest kind one size smaller, so that a crowded scene finds room in the end: four
// small objects always do.
void shrink_largest(std::vector<Object>& objects) {
  const auto largest =
      std::max_element(objects.begin(), objects.end(),
                       [](const Object& a, const Object& b) { return a.size < b.size; });
  const Object model = *largest;
  if (model.size == Size::kSmall) return;
  for (Object& object : objects) {
    if (object.color == model.color && object.shape == model.shape) {
      object.size = static_cast<Size>(static_cast<int>(model.size) - 1);
    }
  }
}

}  // namespace

float outline_radius(Shape shape) {
  constexpr std::array<float, kShapes> kOutline = {1.00F, 1.20F, 1.32F, 1.24F,
                                                   1.21F, 1.14F, 1.02F, 1.19F};
  return kOutline[static_cast<size_t>(shape)];
}

Scene make_scene(uint64_t seed, Split split, uint64_t index) {
  const uint64_t split_key = philox_key(seed, static_cast<uint64_t>(split), kSceneSite);
  Scene scene;
  scene.key = philox_key(split_key, index, kSceneSite);
  RandomStream random(scene.key, kLayoutStream);
  scene.texture = static_cast<Texture>(random.below(kTextures));
  scene.objects = draw_objects(random, split, index);
  while (!place(random, scene.objects)) shrink_largest(scene.objects);
  // Small ones in front: whatever overlaps, everything stays recognisable.
  std::stable_sort(scene.objects.begin(), scene.objects.end(),
                   [](const Object& a, const Object& b) { return a.radius > b.radius; });
  return scene;
}

}  // namespace storyteller::scenes
