#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

namespace storyteller {

/// Lets unordered containers of std::string be searched by std::string_view.
struct StringHash {
  using is_transparent = void;  // NOLINT(readability-identifier-naming): the library's name
  size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

}  // namespace storyteller
