#pragma once

#include <string>
#include <string_view>

namespace storyteller {

/// `text` with its characters taken apart into letters and combining marks (Unicode's NFD, marks in
/// their given order): macOS unpacks archives to such names, lists mostly have the composed ones.
/// Bytes that are not UTF-8 become U+FFFD.
std::u32string decomposed(std::string_view text);

/// What names that differ in case or in Unicode form alone have in common.
std::u32string folded_name(std::string_view name);

}  // namespace storyteller
