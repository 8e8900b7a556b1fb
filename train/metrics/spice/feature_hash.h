#pragma once

#include <cstdint>
#include <string_view>

namespace storyteller::spice {

/// A feature of a tagger or parser: 64 bits that stand for its text. No string is touched after the
/// words of a caption were hashed once.
using Feature = uint64_t;

/// What features see of a word.
struct WordFeatures {
  uint64_t word;     ///< lower case, digits as one digit
  uint64_t suffix2;  ///< last two bytes
  uint64_t suffix3;  ///< last three bytes
  uint64_t prefix;   ///< first byte
  uint64_t shape;    ///< has digit, has hyphen, has other marks, has bytes above 127, is short
  bool ends_in_s;    ///< as plurals and verbs of the third person do
};
WordFeatures word_features(std::string_view word);

/// A word beyond the sentence's ends, or a child that is not there.
constexpr uint64_t kAbsent = 0x9ae16a3b2f90404fULL;

/// A feature of one to three parts; `number` tells templates with equal parts apart.
constexpr Feature make_feature(uint64_t number, uint64_t a, uint64_t b = 0, uint64_t c = 0) {
  uint64_t x = (a + number * 0x9e3779b97f4a7c15ULL) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 29) ^ b) * 0x94d049bb133111ebULL;
  x = (x ^ (x >> 32) ^ c) * 0xd6e8feb86659fd93ULL;
  return x ^ (x >> 32);
}

}  // namespace storyteller::spice
