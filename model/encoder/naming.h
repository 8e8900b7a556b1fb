#pragma once

#include <span>
#include <string>
#include <string_view>

namespace storyteller {

/// In a naming: what stands in torchvision's name, and what in the other library's. `^` is the
/// beginning of the name.
struct NamePart {
  std::string_view torchvision, other;
};

/// How a library calls the values of one kind of network.
struct Naming {
  std::string_view library;         ///< for a note: "Hugging Face"
  std::span<const NamePart> parts;  ///< each replaces its first occurrence, in order

  /// torchvision's `name` of a value in that library. A name that has none of the parts stays.
  std::string of(std::string_view name) const;
};

/// The first is torchvision's own, by which encoders call their values.
std::span<const Naming> namings();

}  // namespace storyteller
