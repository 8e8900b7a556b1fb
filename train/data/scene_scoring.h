#pragma once

#include <optional>
#include <string>
#include <vector>

#include "train/data/scene.h"

namespace storyteller::scenes {

/// One thing that a caption speaks of: "a small red circle", "the star is blue".
struct Mention {
  std::optional<Shape> shape;
  std::optional<Color> color;
  std::optional<Size> size;
  bool plural = false;
  int shape_word = -1, color_word = -1;  ///< Positions in the tokens; -1: not said.
};

/// What a caption names. `well_formed` is false where an adjective has nothing to belong to, or a
/// thing is given two colours, sizes or shapes ("a red blue circle").
struct Reading {
  std::vector<Mention> mentions;
  bool well_formed = true;
};

/// Reads the noun phrases out of a tokenised, lower-case caption; any caption, also a generated
/// one. Adjectives belong to the noun that follows ("a red circle") or, at the end of a clause, to
/// the one before ("the circle is small and red").
Reading read_mentions(const std::vector<std::string>& tokens);

/// Whether the caption of a scene with one object names exactly its colour and shape: both are
/// said, nothing else is.
bool names_exactly(const Scene& scene, const std::vector<std::string>& tokens);

/// For each colour and shape word, the objects that fit all that the caption says of its thing.
std::vector<WordTarget> word_targets(const Scene& scene, const std::vector<std::string>& tokens);

}  // namespace storyteller::scenes
