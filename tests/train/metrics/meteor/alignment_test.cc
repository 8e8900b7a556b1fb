#include "train/metrics/meteor/alignment.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <set>
#include <tuple>

namespace storyteller::meteor_parts::alignment_test {
namespace {

/// Owns the candidates; the aligner sees views.
struct Problem {
  std::vector<std::vector<Candidate>> words;  // [reference word]
  Candidates candidates;

  Problem(size_t hypothesis_length, std::vector<std::vector<Candidate>> single,
          std::vector<std::vector<Candidate>> phrases = {})
      : words(std::move(single)) {
    for (const auto& list : words) candidates.words.emplace_back(list);
    candidates.phrases = std::move(phrases);
    candidates.hypothesis_length = hypothesis_length;
  }
  Problem(const Problem&) = delete;

  std::vector<Candidate> at(size_t place) const {
    std::vector<Candidate> out;
    candidates.for_each_at(place, [&](const Candidate& c) { out.push_back(c); });
    return out;
  }
};

Candidate single(uint32_t place, Stage stage) { return {place, 1, 1, stage}; }

/// Words are letters: equal letters match exactly, a letter and its capital by stem.
Problem problem_of(const std::string& hypothesis, const std::string& reference) {
  std::vector<std::vector<Candidate>> words(reference.size());
  for (size_t r = 0; r < reference.size(); ++r) {
    for (uint32_t h = 0; h < hypothesis.size(); ++h) {
      if (hypothesis[h] == reference[r]) words[r].push_back(single(h, Stage::kExact));
    }
    for (uint32_t h = 0; h < hypothesis.size(); ++h) {
      if (hypothesis[h] != reference[r] && (hypothesis[h] ^ 32) == reference[r]) {
        words[r].push_back(single(h, Stage::kStem));
      }
    }
  }
  return {hypothesis.size(), std::move(words)};
}

/// [reference word] what it is matched with, if a match begins there.
using Choice = std::vector<std::optional<Candidate>>;

/// The three criteria of one whole alignment, word by word as alignment.h states them.
using Criteria = std::tuple<long, long, long>;  // -matches, chunks, distance
Criteria criteria_of(const Problem& problem, const Choice& choice, const Choice& fixed) {
  std::set<uint32_t> used;
  const auto use = [&](const Candidate& c) {
    for (uint32_t i = 0; i < c.hypothesis_length; ++i) used.insert(c.hypothesis_begin + i);
  };
  const auto is_free = [&](const Candidate& c) {
    for (uint32_t i = 0; i < c.hypothesis_length; ++i) {
      if (used.contains(c.hypothesis_begin + i)) return false;
    }
    return true;
  };
  for (const auto& match : fixed) {
    if (match) use(*match);
  }
  long matches = 0;
  long chunks = 0;
  long distance = 0;
  std::optional<std::pair<size_t, size_t>> ends;  // of the last match: reference, hypothesis
  for (size_t place = 0; place < choice.size(); ++place) {
    if (ends && place < ends->first) continue;  // within a phrase
    if (fixed[place]) {
      distance += std::abs(static_cast<long>(place) - fixed[place]->hypothesis_begin);
    } else {  // alternatives tried before the chosen one, or all of them
      for (const Candidate& c : problem.at(place)) {
        if (!is_free(c)) continue;
        if (choice[place] && c.hypothesis_begin == choice[place]->hypothesis_begin &&
            c.hypothesis_length == choice[place]->hypothesis_length &&
            c.reference_length == choice[place]->reference_length &&
            c.stage == choice[place]->stage) {
          break;
        }
        distance += std::abs(static_cast<long>(place) - c.hypothesis_begin);
      }
    }
    if (!choice[place]) continue;
    const Candidate& c = *choice[place];
    use(c);
    const double weight = c.stage == Stage::kExact ? 1 : 0.5;
    matches += static_cast<long>(weight * c.hypothesis_length) +
               static_cast<long>(weight * c.reference_length);
    const std::pair<size_t, size_t> begins(place, c.hypothesis_begin);
    if (!ends || begins != *ends) ++chunks;
    ends = {place + c.reference_length, c.hypothesis_begin + c.hypothesis_length};
  }
  return {-matches, chunks, distance};
}

/// Candidates all of whose words have no other candidate.
Choice fixed_matches(const Problem& problem) {
  const size_t size = problem.candidates.words.size();
  Choice out(size);
  const auto overlap = [](size_t a, size_t m, size_t b, size_t n) {
    return a < b + n && b < a + m;
  };
  for (size_t place = 0; place < size; ++place) {
    for (const Candidate& c : problem.at(place)) {
      int rivals = -1;  // it meets itself
      for (size_t other = 0; other < size; ++other) {
        for (const Candidate& d : problem.at(other)) {
          if (overlap(place, c.reference_length, other, d.reference_length) ||
              overlap(c.hypothesis_begin, c.hypothesis_length, d.hypothesis_begin,
                      d.hypothesis_length)) {
            ++rivals;
          }
        }
      }
      if (rivals == 0) out[place] = c;
    }
  }
  return out;
}

/// Tries every alignment. `widest`: the most partial alignments of one length.
struct Exhaustive {
  const Problem& problem;
  Choice fixed;
  Criteria best{1, 0, 0};
  std::vector<size_t> partial;

  explicit Exhaustive(const Problem& p)
      : problem(p), fixed(fixed_matches(p)), partial(p.candidates.words.size() + 1, 0) {
    std::set<uint32_t> used;
    for (const auto& match : fixed) {
      for (uint32_t i = 0; match && i < match->hypothesis_length; ++i) {
        used.insert(match->hypothesis_begin + i);
      }
    }
    Choice choice(fixed.size());
    go(0, 0, choice, used);
  }
  size_t widest() const { return *std::max_element(partial.begin(), partial.end()); }

  void go(size_t place, size_t covered, Choice& choice, const std::set<uint32_t>& used) {
    ++partial[place];
    if (place == choice.size()) {
      best = std::min(best, criteria_of(problem, choice, fixed));
      return;
    }
    if (place < covered) return go(place + 1, covered, choice, used);
    if (fixed[place]) {
      choice[place] = fixed[place];
      go(place + 1, place + fixed[place]->reference_length, choice, used);
      choice[place].reset();
      return;
    }
    for (const Candidate& c : problem.at(place)) {
      std::set<uint32_t> more = used;
      bool is_free = true;
      for (uint32_t i = 0; i < c.hypothesis_length; ++i) {
        is_free = more.insert(c.hypothesis_begin + i).second && is_free;
      }
      if (!is_free) continue;
      choice[place] = c;
      go(place + 1, place + c.reference_length, choice, more);
      choice[place].reset();
    }
    go(place + 1, covered, choice, used);
  }
};

Choice choice_of(const Problem& problem, const Alignment& alignment) {
  Choice out(problem.candidates.words.size());
  for (const Match& match : alignment.matches) out[match.reference_begin] = match.candidate;
  return out;
}

/// True where the beam held all partial alignments.
bool expect_best(const Problem& problem) {
  Aligner aligner;
  const Alignment alignment = aligner.align(problem.candidates);
  const Exhaustive exhaustive(problem);
  const Criteria found = criteria_of(problem, choice_of(problem, alignment), exhaustive.fixed);
  EXPECT_EQ(static_cast<long>(alignment.chunks), std::get<1>(found));
  EXPECT_LE(exhaustive.best, found);
  if (exhaustive.widest() > 40) return false;
  EXPECT_EQ(exhaustive.best, found);
  return true;
}

TEST(MeteorAlignment, IsTheBestOfAllAlignmentsOfShortCaptions) {
  std::mt19937_64 random(17);
  int complete = 0;
  for (int round = 0; round < 3000; ++round) {
    const std::string alphabet = round % 2 == 0 ? "abcdeABC" : "abAB";
    const auto text = [&](size_t longest) {
      std::string out(1 + random() % longest, ' ');
      for (char& c : out) c = alphabet[random() % alphabet.size()];
      return out;
    };
    const std::string hypothesis = text(6);
    const std::string reference = text(5);
    if (expect_best(problem_of(hypothesis, reference))) ++complete;
    ASSERT_FALSE(HasFailure()) << hypothesis << " / " << reference;
  }
  EXPECT_GT(complete, 2000);
}

TEST(MeteorAlignment, IsTheBestWithPhrasesToo) {
  std::mt19937_64 random(23);
  int complete = 0;
  for (int round = 0; round < 3000; ++round) {
    const uint32_t h = 2 + random() % 4;
    const uint32_t r = 2 + random() % 4;
    std::vector<std::vector<Candidate>> words(r);
    std::vector<std::vector<Candidate>> phrases(r);
    for (uint32_t place = 0; place < r; ++place) {
      for (uint32_t i = 0; i < h; ++i) {
        if (random() % 4 == 0) {
          words[place].push_back(single(i, static_cast<Stage>(random() % 3)));
        }
      }
      if (random() % 3 != 0) continue;
      const auto begin = static_cast<uint32_t>(random() % h);
      phrases[place].push_back({begin, static_cast<uint8_t>(1 + random() % (h - begin)),
                                static_cast<uint8_t>(1 + random() % (r - place)),
                                Stage::kParaphrase});
    }
    if (expect_best(Problem(h, std::move(words), std::move(phrases)))) ++complete;
    ASSERT_FALSE(HasFailure()) << round;
  }
  EXPECT_GT(complete, 2000);
}

std::vector<std::pair<size_t, size_t>> pairs(const Alignment& alignment) {
  std::vector<std::pair<size_t, size_t>> out;
  for (const Match& match : alignment.matches) {
    out.emplace_back(match.reference_begin, match.candidate.hypothesis_begin);
  }
  return out;
}

using Pairs = std::vector<std::pair<size_t, size_t>>;

TEST(MeteorAlignment, PrefersOneChunkToNearness) {
  Aligner aligner;
  const Problem problem = problem_of("a.bcab", "ab");  // a at 0 is nearer, "ab" at 4 is one chunk
  const Alignment& alignment = aligner.align(problem.candidates);
  EXPECT_EQ(pairs(alignment), (Pairs{{0, 4}, {1, 5}}));
  EXPECT_EQ(alignment.chunks, 1U);
}

TEST(MeteorAlignment, AmbiguousStemsCountNothingInTheSearch) {
  // Either A of the hypothesis could match the reference's a by stem. The search gains nothing by a
  // stem and would pay with a second chunk, so a stays unmatched: a quirk of the reference.
  Aligner aligner;
  const Problem ambiguous = problem_of("A.A.b", "ab");
  EXPECT_EQ(pairs(aligner.align(ambiguous.candidates)), (Pairs{{1, 4}}));
  // A single one is fixed before the search begins.
  const Problem fixed = problem_of("A...b", "ab");
  EXPECT_EQ(pairs(aligner.align(fixed.candidates)), (Pairs{{0, 0}, {1, 4}}));
}

TEST(MeteorAlignment, DistanceOfAMatchCountsAgainstItsAlternatives) {
  // Two a's, equal matches and chunks: the nearer would be at 3 (distance 0), but what is tried
  // first, at 0, is charged nothing, and leaving its distance 3 to the other.
  Aligner aligner;
  const Problem problem = problem_of("a..a", "xyza");
  EXPECT_EQ(pairs(aligner.align(problem.candidates)), (Pairs{{3, 0}}));
}

TEST(MeteorAlignment, AmongEqualsTheFirstFoundIsTaken) {
  Aligner aligner;
  const Problem problem = problem_of("aa", "a");  // the first a's distance is 0: nothing to charge
  EXPECT_EQ(pairs(aligner.align(problem.candidates)), (Pairs{{0, 0}}));
}

TEST(MeteorAlignment, NothingMatchesNothing) {
  Aligner aligner;
  for (const auto& [h, r] : std::vector<std::pair<std::string, std::string>>{
           {"", ""}, {"a", ""}, {"", "a"}, {"a", "b"}}) {
    const Problem problem = problem_of(h, r);
    const Alignment& alignment = aligner.align(problem.candidates);
    EXPECT_TRUE(alignment.matches.empty());
    EXPECT_EQ(alignment.chunks, 0U);
  }
}

TEST(MeteorAlignment, LongCaptionsUseMoreThanOneWordOfBits) {
  std::string text;
  for (int i = 0; i < 200; ++i) text += static_cast<char>('a' + i % 26);
  Aligner aligner;
  const Problem problem = problem_of(text, text);
  const Alignment& alignment = aligner.align(problem.candidates);
  EXPECT_EQ(alignment.matches.size(), 200U);
  EXPECT_EQ(alignment.chunks, 1U);
}

}  // namespace
}  // namespace storyteller::meteor_parts::alignment_test
