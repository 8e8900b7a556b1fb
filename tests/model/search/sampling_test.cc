#include <cmath>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/error.h"
#include "model/search/filters/filters.h"
#include "model/search/search.h"
#include "tests/decoder_choices.h"
#include "tests/model/search/search_definition.h"
#include "tests/model/search/tiny_decoder.h"

namespace storyteller::sampling_test {
namespace {

constexpr auto kDouble = DType::kFloat64;

std::vector<std::vector<Caption>> draw(TinyDecoder& model, const SearchOptions& options,
                                       LogitFilters filters = {}) {
  return make_search(options, {.filters = std::move(filters)})
      ->run(*step_model(model.decoder()), {&model.features(), 1});
}

void expect_equal(const Caption& a, const Caption& b) {
  EXPECT_EQ(a.words, b.words);
  EXPECT_EQ(a.log_probability, b.log_probability);
  EXPECT_EQ(a.finished, b.finished);
  EXPECT_EQ(a.alpha, b.alpha);
}

TEST(Sampling, FrequenciesAreTheProbabilities) {
  TinyDecoder model(5, kDouble, 3, 1);
  // All sentences of at most two words, by enumeration.
  const SearchOptions options = {.max_words = 2, .length_penalty = 0, .sample = 1000};
  std::vector<Sentence> ended, cut;
  enumerate(model, 0, {}, options, &ended, &cut);
  ended.insert(ended.end(), cut.begin(), cut.end());
  std::map<std::vector<int>, double> count;
  constexpr int kRounds = 10;
  for (int round = 0; round < kRounds; ++round) {
    SearchOptions seeded = options;
    seeded.draw_seed = round;
    const auto drawn = draw(model, seeded);
    for (const Caption& caption : drawn[0]) {
      std::vector<int> words = caption.words;
      if (caption.finished) words.push_back(Vocabulary::kEnd);
      ++count[words];
    }
  }
  double chi_square = 0, sum = 0;
  for (const Sentence& sentence : ended) {
    const double expected = kRounds * options.sample * std::exp(sentence.log_probability);
    chi_square += std::pow(count[sentence.words] - expected, 2) / expected;
    sum += count[sentence.words];
  }
  EXPECT_EQ(sum, kRounds * options.sample) << "something else was said";
  ASSERT_EQ(ended.size(), 12U);  // three words, each alone or before one of three
  EXPECT_LT(chi_square, 37.4);   // 11 degrees of freedom: one run in ten thousand is above
}

TEST(Sampling, ProbabilitiesAreThoseOfThePlainModel) {
  TinyDecoder model(4, kDouble, 7, 2);
  const SearchOptions options = {.max_words = 6,
                                 .length_penalty = 0.7F,
                                 .sample = 8,
                                 .temperature = 0.6F,
                                 .top_k = 4,
                                 .top_p = 0.9F};
  const auto found = draw(model, options);
  for (int64_t i = 0; i < 2; ++i) {
    ASSERT_EQ(found[i].size(), 8U);
    for (size_t n = 0; n < found[i].size(); ++n) {
      const Caption& caption = found[i][n];
      EXPECT_LE(caption.score, found[i][n == 0 ? 0 : n - 1].score);
      std::vector<int> words = caption.words;
      if (caption.finished) words.push_back(Vocabulary::kEnd);
      Sentence sentence;
      for (const int word : words) {
        for (const Sentence& longer : continuations(model, i, sentence, options)) {
          if (longer.words.back() != word) continue;
          sentence = longer;
          break;
        }
      }
      ASSERT_EQ(sentence.words, words);
      EXPECT_NEAR(caption.log_probability, sentence.log_probability, 1e-5);
      EXPECT_NEAR(caption.score, sentence.score(options.length_penalty), 1e-5);
      EXPECT_EQ(std::ssize(caption.alpha), std::ssize(caption.words) * TinyDecoder::kRegions);
    }
  }
}

TEST(Sampling, WithOneWordToDrawFromItIsGreedy) {
  for (uint64_t seed = 0; seed < 10; ++seed) {
    TinyDecoder model(seed, kDouble, 6, 3);
    const auto greedy = draw(model, {.beam = 1, .max_words = 8});
    for (const SearchOptions& options :
         {SearchOptions{.max_words = 8, .sample = 2, .temperature = 0},
          SearchOptions{.max_words = 8, .sample = 2, .top_k = 1},
          SearchOptions{.max_words = 8, .sample = 2, .top_p = 0},
          SearchOptions{.max_words = 8, .sample = 2, .min_p = 1}}) {
      const auto found = draw(model, options);
      for (size_t i = 0; i < 3; ++i) {
        for (const Caption& caption : found[i]) {
          EXPECT_EQ(caption.words, greedy[i][0].words);
          EXPECT_NEAR(caption.log_probability, greedy[i][0].log_probability, 1e-5);
        }
      }
    }
  }
}

TEST(Sampling, APictureDrawsTheSameWhateverIsBesideIt) {
  TinyDecoder model(7, kDouble, 6, 4);
  const SearchOptions options = {.max_words = 8, .sample = 3};
  const auto together = draw(model, options);
  const auto search = make_search(options);
  std::set<std::vector<int>> different;
  for (int64_t i = 0; i < 4; ++i) {
    const uint64_t number[] = {static_cast<uint64_t>(i)};
    const std::vector<Tensor> picture = {model.features().row_range(i, 1)};
    const auto alone = search->run(*step_model(model.decoder()), picture, number);
    ASSERT_EQ(alone[0].size(), 3U);
    for (size_t n = 0; n < 3; ++n) {
      expect_equal(alone[0][n], together[i][n]);
      different.insert(alone[0][n].words);
    }
  }
  EXPECT_GT(different.size(), 6U);
  SearchOptions other = options;
  other.draw_seed = 2;
  EXPECT_NE(draw(model, other)[0][0].words, together[0][0].words);
}

TEST(Sampling, FiltersAreAsked) {
  TinyDecoder model(2, kDouble, 6, 2);
  for (const auto& captions :
       draw(model, {.max_words = 6, .min_words = 4, .sample = 20}, {bar_phrases({{5}, {6, 7}})})) {
    for (const Caption& caption : captions) {
      EXPECT_GE(caption.words.size(), 4U);
      for (size_t t = 0; t < caption.words.size(); ++t) {
        EXPECT_NE(caption.words[t], 5);
        EXPECT_FALSE(t > 0 && caption.words[t - 1] == 6 && caption.words[t] == 7);
      }
    }
  }
}

TEST(Sampling, EveryKindOfDecoderWithEveryCellDraws) {
  for (const auto& [name, kind, cell] : decoders_with_cells()) {
    SCOPED_TRACE(name);
    TinyDecoder model(1, kDouble, 6, 3, 1.5, Device::cpu(), {kind, cell});
    const auto greedy = draw(model, {.beam = 1, .max_words = 6});
    const auto drawn = draw(model, {.max_words = 6, .sample = 1, .temperature = 0});
    for (size_t i = 0; i < 3; ++i) EXPECT_EQ(drawn[i][0].words, greedy[i][0].words);
  }
}

TEST(Sampling, WordsWithoutAProbabilityAreAnError) {
  TinyDecoder model(1, kDouble, 6, 1, std::nan(""));
  EXPECT_THROW(draw(model, {.sample = 1}), ModelError);
}

}  // namespace
}  // namespace storyteller::sampling_test
