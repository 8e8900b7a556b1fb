#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "model/search/search.h"
#include "tests/model/search/search_definition.h"
#include "tests/model/search/tiny_decoder.h"

namespace storyteller::diverse_beam_test {
namespace {

constexpr auto kDouble = DType::kFloat64;

/// A sentence with the sum that its group compares it by.
struct Augmented {
  Sentence sentence;
  double sum = 0;
};

/// What word `word` at place t of `said` costs, by the formulas (model/search/diversity.h).
double penalty(const std::vector<Sentence>& others, const std::vector<int>& said, int word,
               const SearchOptions& options) {
  double cost = 0;
  const size_t t = said.size();
  for (const Sentence& other : others) {
    if (options.diversity_range == 0) {
      cost += other.words[t] == word ? options.diversity : 0;
      continue;
    }
    int differing = other.words[t] == word ? 0 : 1;
    for (size_t at = 0; at < t; ++at) differing += other.words[at] == said[at] ? 0 : 1;
    cost += options.diversity * std::exp(-differing / static_cast<double>(options.diversity_range));
  }
  return cost;
}

/// Diverse beam search as plainly as can be: the ended sentences of each group, best first.
std::vector<std::vector<Augmented>> groups_by_definition(TinyDecoder& model, int64_t picture,
                                                         const SearchOptions& options) {
  const auto count = static_cast<size_t>(options.diverse);
  std::vector<std::vector<Augmented>> live(count, {{}}), ended(count);
  for (int length = 1; length <= options.max_words; ++length) {
    std::vector<Sentence> others;
    for (size_t g = 0; g < count; ++g) {
      std::vector<Augmented> candidates;
      for (const Augmented& hypothesis : live[g]) {
        const auto& said = hypothesis.sentence.words;
        for (const Sentence& longer : continuations(model, picture, hypothesis.sentence, options)) {
          const double gain = longer.log_probability - hypothesis.sentence.log_probability -
                              penalty(others, said, longer.words.back(), options);
          candidates.push_back({longer, hypothesis.sum + gain});
        }
      }
      std::stable_sort(candidates.begin(), candidates.end(),
                       [](const auto& a, const auto& b) { return a.sum > b.sum; });
      const size_t kept = static_cast<size_t>(options.beam) - ended[g].size();
      if (candidates.size() > kept) candidates.resize(kept);
      live[g].clear();
      for (const Augmented& chosen : candidates) {
        (chosen.sentence.ended() ? ended : live)[g].push_back(chosen);
        others.push_back(chosen.sentence);
      }
    }
  }
  for (size_t g = 0; g < count; ++g) {
    if (ended[g].empty()) ended[g].push_back(live[g][0]);
    const auto value = [&](const Augmented& a) {
      return a.sum / std::pow(static_cast<double>(a.sentence.words.size()), options.length_penalty);
    };
    std::stable_sort(ended[g].begin(), ended[g].end(),
                     [&](const auto& a, const auto& b) { return value(a) > value(b); });
  }
  return ended;
}

std::vector<std::vector<Caption>> search(TinyDecoder& model, const SearchOptions& options) {
  return make_search(options)->run(*step_model(model.decoder()), {&model.features(), 1});
}

std::vector<int> words_of(const Caption& caption) {
  std::vector<int> words = caption.words;
  if (caption.finished) words.push_back(Vocabulary::kEnd);
  return words;
}

TEST(DiverseBeam, GroupsFollowTheDefinition) {
  std::set<std::vector<int>> sentences;
  for (uint64_t seed = 0; seed < 150; ++seed) {
    TinyDecoder model(seed, kDouble, 2 + static_cast<int64_t>(seed % 7), 2);
    SearchOptions options = {.max_words = 1 + static_cast<int>(seed % 5),
                             .length_penalty = seed % 3 == 0 ? 0.7F : 1.0F,
                             .diverse = 2 + static_cast<int>(seed % 2),
                             .diversity = seed % 4 == 0 ? 2.5F : 0.4F,
                             .diversity_range = seed % 2 == 0 ? 0 : 1.5F};
    for (options.beam = 1; options.beam <= 3; ++options.beam) {
      SCOPED_TRACE("model " + std::to_string(seed) + ", beam " + std::to_string(options.beam));
      const auto found = search(model, options);
      for (int64_t i = 0; i < 2; ++i) {
        const auto groups = groups_by_definition(model, i, options);
        size_t at = 0;
        for (size_t rank = 0; at < found[i].size(); ++rank) {
          for (const auto& group : groups) {
            if (rank >= group.size()) continue;
            ASSERT_LT(at, found[i].size());
            const Sentence& wanted = group[rank].sentence;
            ASSERT_EQ(words_of(found[i][at]), wanted.words) << "rank " << rank;
            EXPECT_NEAR(found[i][at].log_probability, wanted.log_probability, 1e-5);
            EXPECT_NEAR(found[i][at].score, wanted.score(options.length_penalty), 1e-5);
            sentences.insert(wanted.words);
            ++at;
          }
        }
      }
    }
  }
  EXPECT_GT(sentences.size(), 300U) << "the models are too much alike to prove anything";
}

TEST(DiverseBeam, TheFirstGroupIsAPlainBeamSearch) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    TinyDecoder model(seed, kDouble, 6, 3);
    const auto plain = search(model, {.beam = 2, .max_words = 7});
    const auto diverse = search(model, {.beam = 2, .max_words = 7, .diverse = 3});
    for (size_t i = 0; i < 3; ++i) {
      EXPECT_EQ(diverse[i][0].words, plain[i][0].words);
      EXPECT_EQ(diverse[i][0].log_probability, plain[i][0].log_probability);
      EXPECT_EQ(diverse[i][0].alpha, plain[i][0].alpha);
    }
  }
}

TEST(DiverseBeam, WithoutACostAllGroupsSayTheSame) {
  TinyDecoder model(3, kDouble, 6, 2);
  for (const auto& captions : search(model, {.beam = 1, .diverse = 4, .diversity = 0})) {
    ASSERT_EQ(captions.size(), 4U);
    for (const Caption& caption : captions) EXPECT_EQ(caption.words, captions[0].words);
  }
}

TEST(DiverseBeam, AtAnyPriceGroupsShareNoWordAtAPlace) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    TinyDecoder model(seed, kDouble, 8, 2);
    for (const auto& captions :
         search(model, {.beam = 1, .max_words = 6, .diverse = 4, .diversity = 1e5F})) {
      for (size_t place = 0; place < 6; ++place) {
        std::set<int> said;
        size_t speaking = 0;
        for (const Caption& caption : captions) {
          const std::vector<int> words = words_of(caption);
          if (place >= words.size()) continue;
          ++speaking;
          said.insert(words[place]);
        }
        EXPECT_EQ(said.size(), speaking) << "place " << place;
      }
    }
  }
}

}  // namespace
}  // namespace storyteller::diverse_beam_test
