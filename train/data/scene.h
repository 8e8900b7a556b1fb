#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "train/data/dataset.h"

/// Everything about the built-in data set of drawn scenes.
namespace storyteller::scenes {

enum class Shape : uint8_t { kCircle, kSquare, kTriangle, kStar, kHeart, kCross, kRing, kMoon };
enum class Color : uint8_t { kRed, kOrange, kYellow, kGreen, kBlue, kPurple, kPink, kWhite };
enum class Size : uint8_t { kSmall, kMedium, kLarge };
enum class Texture : uint8_t { kPlain, kCloudy, kStriped, kCheckered, kSpotted };

inline constexpr int kShapes = 8, kColors = 8, kSizes = 3, kTextures = 5;
inline constexpr int kMostObjects = 4;

inline constexpr std::array<std::string_view, kShapes> kShapeNames = {
    "circle", "square", "triangle", "star", "heart", "cross", "ring", "moon"};
inline constexpr std::array<std::string_view, kShapes> kShapePlurals = {
    "circles", "squares", "triangles", "stars", "hearts", "crosses", "rings", "moons"};
inline constexpr std::array<std::string_view, kColors> kColorNames = {
    "red", "orange", "yellow", "green", "blue", "purple", "pink", "white"};
inline constexpr std::array<std::string_view, kSizes> kSizeNames = {"small", "medium", "large"};
inline constexpr std::array<std::string_view, kTextures> kTextureNames = {
    "plain", "cloudy", "striped", "checkered", "spotted"};

constexpr std::string_view name(Shape shape) { return kShapeNames[static_cast<size_t>(shape)]; }
constexpr std::string_view name(Color color) { return kColorNames[static_cast<size_t>(color)]; }
constexpr std::string_view name(Size size) { return kSizeNames[static_cast<size_t>(size)]; }
constexpr std::string_view name(Texture texture) {
  return kTextureNames[static_cast<size_t>(texture)];
}

/// One object. Lengths are shares of the picture's side; the origin is the top left corner, x
/// runs right and y down. Later objects of a scene lie in front of earlier ones.
struct Object {
  Shape shape{};
  Color color{};
  Size size{};
  float x = 0, y = 0;  ///< Centre.
  float radius = 0;    ///< Half of the extent across; see `outline_radius`.
  float angle = 0;     ///< Rotation, radians.
  float jitter = 0;    ///< Brightness of this object against its colour's reference, [-1, 1].
};

/// Everything that is in a picture: the ground truth from which it is drawn and described.
struct Scene {
  std::vector<Object> objects;  ///< 1..kMostObjects, back to front; equal kinds have equal sizes.
  Texture texture{};
  uint64_t key = 0;  ///< Random key of what has no name: background, clutter, noise, wording.
};

/// The part of a split in which a combination of colour and shape appears. Eight of the 64 are
/// kept for val and eight others for test, each a permutation that uses every colour and every
/// shape once, so both are seen in training, only never together.
constexpr Split home_split(Color color, Shape shape) {
  const auto step = (static_cast<unsigned>(color) + 8 - 3 * static_cast<unsigned>(shape) % 8) % 8;
  return step == 1 ? Split::kVal : step == 4 ? Split::kTest : Split::kTrain;
}

/// Held out of training.
constexpr bool is_held_out(Color color, Shape shape) {
  return home_split(color, shape) != Split::kTrain;
}

/// Radius of the circle around `shape` in units of `Object::radius`: angular shapes reach
/// further out so that all shapes of a size cover about the same area.
float outline_radius(Shape shape);

/// Scene `index` of a split, a pure function of the three. Train holds training combinations only;
/// in val and test one object (with its twins) of every scene of even index is a combination held
/// out for that very split. 40 % of all scenes hold one object.
Scene make_scene(uint64_t seed, Split split, uint64_t index);

}  // namespace storyteller::scenes
