// Constrained beam search against its definition and against every sentence there is.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/error.h"
#include "model/search/search.h"
#include "tests/model/search/search_definition.h"
#include "tests/model/search/tiny_decoder.h"

namespace storyteller::constrained_beam_test {
namespace {

constexpr auto kDouble = DType::kFloat64;
constexpr int32_t kEnd = Vocabulary::kEnd;

using Form = std::vector<int32_t>;

bool holds(const std::vector<int>& words, const Form& form) {
  return std::search(words.begin(), words.end(), form.begin(), form.end()) != words.end();
}

std::set<size_t> met_by(const std::vector<int>& words, const std::vector<Constraint>& must) {
  std::set<size_t> met;
  for (size_t c = 0; c < must.size(); ++c) {
    for (const Form& form : must[c].forms) {
      if (holds(words, form)) met.insert(c);
    }
  }
  return met;
}

/// What the search has to remember of a sentence: which constraints it meets, and its longest end
/// with which a form of another one begins. Compared as text, without an automaton.
std::pair<std::set<size_t>, std::vector<int>> state_of(std::vector<int> words,
                                                       const std::vector<Constraint>& must) {
  if (!words.empty() && words.back() == kEnd) words.pop_back();
  const std::set<size_t> met = met_by(words, must);
  std::vector<int> longest;
  for (size_t c = 0; c < must.size(); ++c) {
    if (met.contains(c)) continue;
    for (const Form& form : must[c].forms) {
      for (size_t n = longest.size() + 1; n < form.size() && n <= words.size(); ++n) {
        if (std::equal(form.begin(), form.begin() + static_cast<int64_t>(n),
                       words.end() - static_cast<int64_t>(n))) {
          longest.assign(form.begin(), form.begin() + static_cast<int64_t>(n));
        }
      }
    }
  }
  return {met, longest};
}

/// Of those that meet the most constraints the best one; cut ones where none of these ended.
std::vector<Sentence> beam_by_definition(TinyDecoder& model, int64_t picture,
                                         const SearchOptions& options,
                                         const std::vector<Constraint>& must) {
  std::vector<Sentence> live = {{}}, ended;
  std::map<std::pair<std::set<size_t>, std::vector<int>>, int> ended_in;
  const auto all_met = [&](const Sentence& s) { return met_by(s.words, must).size(); };
  for (int length = 1; length <= options.max_words && !live.empty(); ++length) {
    std::vector<Sentence> candidates;
    for (const Sentence& sentence : live) {
      for (const Sentence& longer : continuations(model, picture, sentence, options)) {
        candidates.push_back(longer);
      }
    }
    std::stable_sort(candidates.begin(), candidates.end(), [](const auto& a, const auto& b) {
      return a.log_probability > b.log_probability;
    });
    auto kept = ended_in;
    live.clear();
    int complete = 0;
    for (const Sentence& sentence : candidates) {
      const auto state = state_of(sentence.words, must);
      if (kept[state] == options.beam) continue;
      ++kept[state];
      if (sentence.ended()) {
        ++ended_in[state];
        ended.push_back(sentence);
      } else {
        live.push_back(sentence);
      }
    }
    for (const Sentence& sentence : ended) complete += all_met(sentence) == must.size() ? 1 : 0;
    if (complete == options.beam) live.clear();
  }
  size_t most = 0;
  for (const Sentence& sentence : ended) most = std::max(most, all_met(sentence));
  size_t most_cut = 0;
  for (const Sentence& sentence : live) most_cut = std::max(most_cut, all_met(sentence));
  if (ended.empty() || most_cut > most) {
    const auto first = std::find_if(live.begin(), live.end(),
                                    [&](const auto& s) { return all_met(s) == most_cut; });
    if (first != live.end()) return {*first};
  }
  std::erase_if(ended, [&](const Sentence& s) { return all_met(s) < most; });
  std::stable_sort(ended.begin(), ended.end(), [&](const auto& a, const auto& b) {
    return a.score(options.length_penalty) > b.score(options.length_penalty);
  });
  return ended;
}

std::vector<std::vector<Caption>> search(TinyDecoder& model, const SearchOptions& options,
                                         const std::vector<Constraint>& must) {
  return make_search(options, {.must = must})
      ->run(*step_model(model.decoder()), {&model.features(), 1});
}

std::vector<int> words_of(const Caption& caption) {
  std::vector<int> words = caption.words;
  if (caption.finished) words.push_back(kEnd);
  return words;
}

/// Sets of constraints over words 4, 5, 6, 7.
const std::vector<std::vector<Constraint>> kMust = {
    {{{{5}}}},
    {{{{4, 5}}}},
    {{{{4, 4, 5}}}},
    {{{{4}}}, {{{5}}}},
    {{{{4, 5}, {6}}}},
    {{{{4, 5, 6}}}, {{{5}}}},
    {{{{4, 5}}}, {{{5, 4}}}},
    {{{{6}, {7}}}, {{{4, 6}}}, {{{5}}}},
};

TEST(ConstrainedBeam, FollowsTheDefinition) {
  size_t complete = 0, incomplete = 0;
  for (uint64_t seed = 0; seed < 120; ++seed) {
    TinyDecoder model(seed, kDouble, 4 + static_cast<int64_t>(seed % 4), 2);
    SearchOptions options = {.max_words = 1 + static_cast<int>(seed % 5),
                             .length_penalty = seed % 3 == 0 ? 0.7F : 0,
                             .no_repeat_ngram = seed % 5 == 0 ? 2 : 0};
    const std::vector<Constraint>& must = kMust[seed % kMust.size()];
    for (options.beam = 1; options.beam <= 3; ++options.beam) {
      SCOPED_TRACE("model " + std::to_string(seed) + ", beam " + std::to_string(options.beam));
      const auto found = search(model, options, must);
      for (int64_t i = 0; i < 2; ++i) {
        const auto wanted = beam_by_definition(model, i, options, must);
        ASSERT_EQ(found[i].size(), wanted.size());
        for (size_t n = 0; n < wanted.size(); ++n) {
          ASSERT_EQ(words_of(found[i][n]), wanted[n].words) << "picture " << i << " rank " << n;
          EXPECT_NEAR(found[i][n].log_probability, wanted[n].log_probability, 1e-5);
          EXPECT_NEAR(found[i][n].score, wanted[n].score(options.length_penalty), 1e-5);
        }
        (unmet(must, found[i][0].words).empty() ? complete : incomplete) += 1;
      }
    }
  }
  EXPECT_GT(complete, 300U);
  EXPECT_GT(incomplete, 20U);
}

TEST(ConstrainedBeam, AWideBeamFindsTheBestOfAllSentences) {
  for (uint64_t seed = 0; seed < 30; ++seed) {
    SCOPED_TRACE("model " + std::to_string(seed));
    TinyDecoder model(seed, kDouble, 4, 1);
    const SearchOptions options = {.beam = 2000, .max_words = 4, .length_penalty = 0.7F};
    const std::vector<Constraint>& must = kMust[seed % kMust.size()];
    std::vector<Sentence> ended, cut;
    enumerate(model, 0, {}, options, &ended, &cut);
    const auto incomplete = [&](const Sentence& s) {
      return met_by(s.words, must).size() < must.size();
    };
    std::erase_if(ended, incomplete);
    std::erase_if(cut, incomplete);
    const Caption found = search(model, options, must)[0][0];
    ASSERT_FALSE(cut.empty() && ended.empty());
    if (ended.empty()) {
      EXPECT_EQ(words_of(found), best_of(cut, 0).words);
    } else {
      EXPECT_EQ(words_of(found), best_of(ended, options.length_penalty).words);
    }
  }
}

TEST(ConstrainedBeam, WithoutConstraintsIsThePlainSearch) {
  TinyDecoder model(1, kDouble, 6, 3);
  const SearchOptions options = {.beam = 3, .max_words = 6};
  const auto plain = search(model, options, {}), found = search(model, options, {{{{5}, {6}}}});
  for (size_t i = 0; i < 3; ++i) {
    const Sentence wanted = beam_by_definition(model, static_cast<int64_t>(i), options, {})[0];
    EXPECT_EQ(words_of(plain[i][0]), wanted.words);
    EXPECT_LE(found[i][0].log_probability, 0);
    EXPECT_FALSE(found[i][0].alpha.empty());
  }
}

TEST(ConstrainedBeam, DoesNotDependOnThePicturesBeside) {
  TinyDecoder model(7, kDouble, 6, 4);
  const SearchOptions options = {.beam = 2, .max_words = 6};
  const auto search = make_search(options, {.must = kMust[5]});
  const auto all = search->run(*step_model(model.decoder()), {&model.features(), 1});
  for (int64_t i = 0; i < 4; ++i) {
    const std::vector<Tensor> picture = {model.features().row_range(i, 1)};
    const auto alone = search->run(*step_model(model.decoder()), picture);
    ASSERT_EQ(alone[0].size(), all[static_cast<size_t>(i)].size());
    for (size_t n = 0; n < alone[0].size(); ++n) {
      const Caption &a = alone[0][n], &b = all[static_cast<size_t>(i)][n];
      EXPECT_EQ(a.words, b.words);
      EXPECT_NEAR(a.log_probability, b.log_probability, 1e-5);
    }
  }
}

TEST(ConstrainedBeam, WhatIsBarredIsNotSaidAndTheRestIs) {
  class Bars final : public LogitFilter {
   public:
    void bar(const HypothesisView&, std::vector<int32_t>* words) const override {
      words->push_back(5);
    }
  };
  TinyDecoder model(2, kDouble, 5, 1);
  const std::vector<Constraint> must = {{{{5}}}, {{{6, 7}}}};
  const auto found = make_search({.beam = 2, .max_words = 6, .min_words = 4},
                                 {.filters = {std::make_shared<Bars>()}, .must = must})
                         ->run(*step_model(model.decoder()), {&model.features(), 1});
  for (const Caption& caption : found[0]) {
    EXPECT_EQ(unmet(must, caption.words), std::vector<size_t>{0});
    EXPECT_GE(caption.words.size(), 4U);
  }
}

TEST(ConstraintAutomaton, ReadsAsTheTextSays) {
  for (const std::vector<Constraint>& must : kMust) {
    const ConstraintAutomaton automaton(must);
    std::map<std::pair<std::set<size_t>, std::vector<int>>, uint32_t> numbers;
    // All texts of up to 6 of 5 words, one of which is in no form.
    for (int length = 0, count = 1; length <= 6; ++length, count *= 5) {
      for (int text = 0; text < count; ++text) {
        std::vector<int> words;
        uint32_t state = 0;
        for (int i = 0, rest = text; i < length; ++i, rest /= 5) {
          words.push_back(4 + rest % 5);
          state = automaton.next(state, words.back());
        }
        const auto wanted = state_of(words, must);
        ASSERT_EQ(automaton.met(state), static_cast<int>(wanted.first.size()));
        ASSERT_EQ(state == automaton.accepting(), wanted.first.size() == must.size());
        ASSERT_EQ(unmet(must, words).size(), must.size() - wanted.first.size());
        ASSERT_EQ(numbers.try_emplace(wanted, state).first->second, state);
      }
    }
    EXPECT_EQ(numbers.size(), automaton.states());
  }
}

TEST(ConstraintAutomaton, RefusesMoreThanItCanFollow) {
  const std::vector<Constraint> five(5, {{{4}}});
  EXPECT_THROW(ConstraintAutomaton{five}, UsageError);
  std::vector<Constraint> large(4);
  for (int32_t c = 0; c < 4; ++c) {
    Form form;
    for (int32_t n = 0; n < 20; ++n) form.push_back(4 + 20 * c + n);
    large[static_cast<size_t>(c)].forms = {form};
  }
  EXPECT_THROW(ConstraintAutomaton{large}, UsageError);
  EXPECT_THROW(make_search({.sample = 2}, {.must = {{{{4}}}}}), UsageError);
  EXPECT_THROW(make_search({.diverse = 2}, {.must = {{{{4}}}}}), UsageError);
}

}  // namespace
}  // namespace storyteller::constrained_beam_test
