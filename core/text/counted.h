#pragma once

#include <cstddef>
#include <string>

namespace storyteller {

/// How often something was met that is told once, with an example.
struct Counted {
  size_t count = 0;
  std::string example;  ///< Printable.
  void add(const std::string& what, size_t times = 1);
  void add(const Counted& other) { add(other.example, other.count); }
  /// "SOURCE: 3 SEVERAL, such as EXAMPLE", or "SOURCE: 1 ONE, ..."; "" where there was none.
  std::string note(const std::string& source, const std::string& one,
                   const std::string& several) const;
};

}  // namespace storyteller
