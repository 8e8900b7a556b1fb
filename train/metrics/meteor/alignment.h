#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace storyteller::meteor_parts {

/// How two words or phrases came to be equal, in the order in which candidates are tried.
enum class Stage : uint8_t { kExact, kStem, kSynonym, kParaphrase };
inline constexpr size_t kStages = 4;

/// A possible match: `hypothesis_length` words of the hypothesis from `hypothesis_begin` on for
/// `reference_length` words of the reference, from the place on at which it is filed.
struct Candidate {
  uint32_t hypothesis_begin;
  uint8_t hypothesis_length;  ///< 1..255; 1 but for paraphrases
  uint8_t reference_length;   ///< likewise
  Stage stage;
};

/// The candidates of one hypothesis and one reference, filed under the first word of the reference.
struct Candidates {
  /// [reference word] In order: those of single words (shared by equal words of the reference), ...
  std::vector<std::span<const Candidate>> words;
  /// ... then those of phrases; empty, or as long as `words`.
  std::vector<std::vector<Candidate>> phrases;
  size_t hypothesis_length = 0;

  template <class F>
  void for_each_at(size_t reference_word, F&& f) const {
    for (const Candidate& candidate : words[reference_word]) f(candidate);
    if (phrases.empty()) return;
    for (const Candidate& candidate : phrases[reference_word]) f(candidate);
  }
};

struct Match {
  uint32_t reference_begin;
  Candidate candidate;
};

/// Matches, no two of which share a word, and the number of runs that are contiguous and in the
/// same order on both sides.
struct Alignment {
  std::vector<Match> matches;  ///< by place in the reference
  uint64_t chunks = 0;
};

/// Chooses among the candidates as METEOR 1.5 does: candidates none of whose words has another one
/// are fixed, then a beam of 40 partial alignments goes over the reference from left to right.
/// Better is: more matches; if equal, fewer chunks; if equal, less distance (of the places in
/// hypothesis and reference); if equal, what was found first. What the reference implementation
/// does unexpectedly, and this does too:
///   - in the first criterion a match adds the integer part of weight x length on either side, the
///     weights being 1 for exact matches and 1/2 for all others: a stem or a synonym adds nothing;
///   - the distance of a match counts against the alternatives tried after it from the same partial
///     alignment, not against the alignment with the match.
///
/// Keeps its memory between calls; not thread-safe, one for each thread.
class Aligner {
 public:
  /// Valid until the next call.
  const Alignment& align(const Candidates& candidates);

 private:
  static constexpr size_t kBeam = 40;
  static constexpr uint32_t kNone = UINT32_MAX;

  /// A partial alignment.
  struct Path {
    uint64_t matches = 0;       // first criterion, both sides
    uint64_t chunks = 0;        // those that are closed
    uint64_t distance = 0;      // third criterion
    uint32_t open_end = kNone;  // hypothesis word after the open chunk; kNone where none is open
    uint32_t free_from = 0;     // reference word from which on none is covered
    uint32_t step = kNone;      // last match, index into steps_
    bool operator<(const Path& other) const {
      if (matches != other.matches) return matches > other.matches;
      if (chunks != other.chunks) return chunks < other.chunks;
      return distance < other.distance;
    }
  };
  /// A path on its way into the next beam.
  struct Extension {
    Path path;
    uint32_t parent;  // index into the present beam
    bool matched;     // by `candidate`
    Candidate candidate;
  };
  struct Step {
    Match match;
    uint32_t previous;
  };

  void fix_unambiguous(const Candidates& candidates);
  void extend(uint32_t parent, uint32_t place, const Candidates& candidates);
  void add(const Extension& extension);
  void advance(uint32_t place);
  static void take(Path& path, uint32_t place, const Candidate& candidate);
  bool is_free(std::span<const uint64_t> used, const Candidate& candidate) const;
  std::span<uint64_t> used_row(std::vector<uint64_t>& rows, size_t row) const;

  size_t row_words_ = 0;                       // 64-bit words in a row of used hypothesis words
  std::vector<uint32_t> hypothesis_coverage_;  // candidates over each word
  std::vector<uint32_t> reference_coverage_;
  std::vector<Candidate> fixed_;  // [reference word]; length 0 where none is fixed
  std::vector<Path> beam_;        // best first
  std::vector<uint64_t> used_;    // [path] hypothesis words that are taken
  std::vector<uint64_t> next_used_;
  std::vector<Extension> extensions_;  // the best so far, best first, at most kBeam
  std::vector<Step> steps_;
  Alignment alignment_;
};

}  // namespace storyteller::meteor_parts
