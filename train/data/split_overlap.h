#pragma once

#include <string>
#include <string_view>

#include "train/data/dataset.h"

namespace storyteller {

/// A split as a warning calls it.
struct NamedSplit {
  const Dataset& dataset;
  std::string_view name;
};

/// "3 pictures of val are in train too, such as p30.jpg; ..." where pictures of `held_out` have the
/// name and, if they can be read, the contents of a picture of `other`; else "".
std::string overlap_by_name(const NamedSplit& held_out, const NamedSplit& other);

/// The same by contents alone, whatever the names: reads what has the size of another picture.
std::string overlap_by_contents(const NamedSplit& held_out, const NamedSplit& other);

}  // namespace storyteller
