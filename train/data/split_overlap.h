#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "train/data/dataset.h"

namespace storyteller {

/// Pictures of a held-out split that are in another one too. Whoever finds the same pictures says
/// the same sentence, so that it is seen once, wherever each is looked for.
class SplitOverlap {
 public:
  /// Counts a picture; `twin`: what it is called in the other split, where that differs.
  void add(std::string_view name, std::string_view twin = {});
  size_t pictures() const { return pictures_; }
  /// "3 pictures of val are in train too, such as p30.jpg"; "" where there are none.
  std::string sentence(std::string_view held_out, std::string_view other) const;
  /// The same and what it means for scores.
  std::string note(std::string_view held_out, std::string_view other) const;

 private:
  size_t pictures_ = 0;
  // Of those of two names, if there are any, the first in the alphabet: the same example in
  // whatever order pictures are met.
  std::string name_, twin_;
};

/// A split as a warning calls it.
struct NamedSplit {
  const Dataset& dataset;
  std::string_view name;
};

/// The note for pictures of `held_out` that have the name and, if they can be read, the contents of
/// a picture of `other`; else "".
std::string overlap_by_name(const NamedSplit& held_out, const NamedSplit& other);

/// Pictures of `held_out` whose contents are those of a picture of `other`, whatever the names:
/// reads what has the size of another picture.
SplitOverlap pictures_in_both(const Dataset& held_out, const Dataset& other);
/// The note for them; else "".
std::string overlap_by_contents(const NamedSplit& held_out, const NamedSplit& other);

}  // namespace storyteller
