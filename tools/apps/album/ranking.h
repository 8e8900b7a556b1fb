#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "tools/apps/album/schema.h"

namespace storyteller::album {

/// What a word from each source is worth, by Source.
inline constexpr std::array<double, kSources> kSourceWeights = {0, 0.9, 0.5, 0.6, 1, 1};

/// A picture that has a word, and how well, in [0, 1].
using Match = std::pair<std::int64_t, float>;

/// Pictures that have a word that is asked for; each once.
struct WordMatches {
  std::vector<Match> pictures;
  /// A word that no picture has is rare, too: not finding it costs the most.
  double idf = 0;
};

/// Inverse document frequency: ln(1 + (N - n + 1/2) / (n + 1/2)) of a word that n of N pictures
/// have (Robertson and Zaragoza 2009).
double inverse_frequency(std::int64_t pictures, std::int64_t with_word);

struct RankOptions {
  size_t limit = 20;
  /// Nothing is shown of which fewer words than this share were found.
  double coverage = 0.5;
  /// Nor what scores less, and more must be there of the rest where a thing that is asked for is in
  /// no picture at all and the album does not tell what its models know; fitted by
  /// tests/apps/album/measure.py on queries for what is not there.
  double cut_off = 0.01, absent_cut_off = 0.06;
};

/// A picture that was found.
struct Hit {
  std::int64_t picture = 0;
  double score = 0;           ///< in [0, 1]: share of the best that is possible
  std::uint64_t matched = 0;  ///< bit of each word that it has
};

/// Pictures by score: the sum over words of idf times how well a picture has them, as a share of
/// the best possible, times the square of the share of words that it has. Those with all words come
/// first. `excluded[id]` is not 0 for pictures that are left out; `bonus[id]`, at most .1, decides
/// between equals; both may be empty. At most 64 words.
std::vector<Hit> rank(std::span<const WordMatches> words, std::span<const char> excluded,
                      std::span<const float> bonus, const RankOptions& options);

}  // namespace storyteller::album
