#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace storyteller::speak {

/// Bytes of a text that are handed to a speaker at most.
inline constexpr size_t kLongestSpoken = 4000;

/// A text as a speech program may get it: valid UTF-8 without control characters, line breaks and
/// marks that change the direction of text (a blank is in their place), without "[[" and "]]",
/// between which espeak-ng expects phonemes, and without "<", ">" and "&", which begin SSML; cut at
/// kLongestSpoken bytes. Blanks at both ends go. May be empty.
std::string spoken(std::string_view text);

/// The words of a caption up to its second addition: "a dog jumps over a hurdle in a field" becomes
/// "a dog jumps over a hurdle". Additions begin with a preposition or a conjunction; never empty
/// where `words` is not.
std::vector<std::string> brief(std::vector<std::string> words);

}  // namespace storyteller::speak
