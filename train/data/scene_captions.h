#pragma once

#include <array>
#include <string>
#include <vector>

#include "train/data/scene.h"

namespace storyteller::scenes {

inline constexpr int kCaptionsPerScene = 5;

/// Five true English sentences about the scene, from naming one thing to relating several; a pure
/// function of the scene. Every caption of a scene with one object names its colour and its shape.
///
/// Grammar (NP: noun phrase; sizes are small | medium-sized | large):
///   NP        -> DET [size] [color] shape | NUMBER [size] [color] shapes
///   caption   -> NP [on a TEXTURE background] | there is|are LIST | NP is|are PREDICATE
///              | NP [is|are] RELATION NP | PLACE there is NP
///   RELATION  -> to the left of | to the right of | above | below | in front of | behind
std::array<std::string, kCaptionsPerScene> captions(const Scene& scene);

/// Objects of one colour and shape: what a noun phrase can speak of without ambiguity.
struct Group {
  Shape shape{};
  Color color{};
  Size size{};
  std::vector<int> objects;  ///< Indices into Scene::objects.
};

/// The scene's groups, in the order in which they appear in it.
std::vector<Group> group_objects(const Scene& scene);

enum class Relation : uint8_t { kLeftOf, kRightOf, kAbove, kBelow, kInFrontOf, kBehind };
inline constexpr int kRelations = 6;
inline constexpr std::array<std::string_view, kRelations> kRelationNames = {
    "to the left of", "to the right of", "above", "below", "in front of", "behind"};

/// Whether the relation holds between every member of `a` and every member of `b`: the centres
/// are at least a tenth of the picture apart in that direction; or a member of each overlap, and
/// those of `a` are drawn later (earlier).
bool holds(const Scene& scene, Relation relation, const std::vector<int>& a,
           const std::vector<int>& b);

}  // namespace storyteller::scenes
