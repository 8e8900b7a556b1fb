#include <cmath>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/error.h"
#include "model/search/search.h"
#include "tests/decoder_choices.h"
#include "tests/model/search/search_definition.h"
#include "tests/model/search/tiny_decoder.h"

namespace storyteller::beam_search_test {
namespace {

constexpr auto kDouble = DType::kFloat64;

/// What must hold of every caption.
void expect_proper(TinyDecoder& model, int64_t picture, const Caption& found,
                   const SearchOptions& options, double tolerance) {
  ASSERT_FALSE(found.words.empty());
  ASSERT_LE(std::ssize(found.words), options.max_words);
  Sentence sentence;
  std::vector<int> words = found.words;
  if (found.finished) words.push_back(Vocabulary::kEnd);
  for (int word : words) {
    ASSERT_TRUE(may_follow(sentence.words, word, options.no_repeat_ngram));
    // Its log-probability is what the decoder says when it reads the sentence.
    for (const Sentence& longer : continuations(model, picture, sentence, options)) {
      if (longer.words.back() != word) continue;
      sentence = longer;
      break;
    }
    ASSERT_EQ(sentence.words.back(), word);
  }
  EXPECT_NEAR(found.log_probability, sentence.log_probability, tolerance);
  EXPECT_NEAR(found.score, sentence.score(options.length_penalty), tolerance);
  // Every word has its own map, the one that the decoder looked by.
  const std::vector<double> alpha = model.read(picture, found.words).alpha;
  constexpr auto L = TinyDecoder::kRegions;
  ASSERT_EQ(std::ssize(found.alpha), std::ssize(found.words) * L);
  for (int64_t t = 0; t < std::ssize(found.words); ++t) {
    double sum = 0;
    for (int64_t l = 0; l < L; ++l) {
      EXPECT_NEAR(found.alpha[t * L + l], alpha[t * L + l], 1e-5);
      sum += found.alpha[t * L + l];
    }
    EXPECT_NEAR(sum, 1, 1e-5) << "word " << t;
  }
}

void expect_same(const Caption& found, const Sentence& wanted, const SearchOptions& options) {
  std::vector<int> words = found.words;
  if (found.finished) words.push_back(Vocabulary::kEnd);
  ASSERT_EQ(words, wanted.words) << "scores " << found.score << " and "
                                 << wanted.score(options.length_penalty);
  EXPECT_NEAR(found.log_probability, wanted.log_probability, 1e-5);
  EXPECT_NEAR(found.score, wanted.score(options.length_penalty), 1e-5);
}

/// Options that vary with the seed.
SearchOptions some_options(uint64_t seed) {
  constexpr float kPenalties[] = {0.7F, 0, 1, 2.5F};
  return {.beam = 1,
          .max_words = 1 + static_cast<int>(seed % 7),
          .length_penalty = kPenalties[seed / 3 % 4],
          .no_repeat_ngram = static_cast<int>(seed / 5 % 4)};
}

TEST(BeamSearch, AWideBeamFindsTheBestOfAllSentences) {
  int ends = 0;
  std::set<size_t> lengths;
  for (uint64_t seed = 0; seed < 120; ++seed) {
    SCOPED_TRACE("model " + std::to_string(seed));
    TinyDecoder model(seed, kDouble, 1 + static_cast<int64_t>(seed % 3), 2);
    SearchOptions options = some_options(seed / 2);
    options.max_words = 1 + static_cast<int>(seed % 4);
    options.beam = 200;  // more than the 3 + 9 + 27 + 81 sentences of three words
    const std::vector<Caption> found = best_captions(model.decoder(), model.features(), options);
    for (int64_t i = 0; i < 2; ++i) {
      std::vector<Sentence> ended, cut;
      enumerate(model, i, {}, options, &ended, &cut);
      const Sentence best =
          best_of(ended.empty() ? cut : ended, ended.empty() ? 0 : options.length_penalty);
      expect_same(found[i], best, options);
      expect_proper(model, i, found[i], options, 1e-5);
      ends += found[i].finished ? 1 : 0;
      lengths.insert(found[i].words.size());
    }
  }
  EXPECT_GT(ends, 100);
  EXPECT_GE(lengths.size(), 3U) << "the models are too much alike to prove anything";
}

TEST(BeamSearch, NarrowBeamsFollowTheDefinition) {
  int cut = 0;
  std::set<std::vector<int>> captions;
  for (uint64_t seed = 0; seed < 400; ++seed) {
    TinyDecoder model(seed, kDouble, 2 + static_cast<int64_t>(seed % 9), 3);
    SearchOptions options = some_options(seed);
    for (options.beam = 1; options.beam <= 5; ++options.beam) {
      SCOPED_TRACE("model " + std::to_string(seed) + ", beam " + std::to_string(options.beam));
      const std::vector<Caption> found = best_captions(model.decoder(), model.features(), options);
      ASSERT_EQ(found.size(), 3U);
      for (int64_t i = 0; i < 3; ++i) {
        expect_same(found[i], beam_by_definition(model, i, options), options);
        cut += found[i].finished ? 0 : 1;
        captions.insert(found[i].words);
      }
      expect_proper(model, 1, found[1], options, 1e-5);
    }
  }
  EXPECT_GT(cut, 100);
  EXPECT_GT(captions.size(), 300U) << "the models are too much alike to prove anything";
}

TEST(BeamSearch, EveryKindOfDecoderWithEveryCellFollowsTheDefinition) {
  for (const auto& [name, kind, cell] : decoders_with_cells()) {
    for (uint64_t seed = 0; seed < 12; ++seed) {
      SCOPED_TRACE(name + ", model " + std::to_string(seed));
      TinyDecoder model(seed, kDouble, 6, 3, kTameWeights, Device::cpu(), {kind, cell});
      SearchOptions options = some_options(seed);
      for (options.beam = 1; options.beam <= 3; ++options.beam) {
        const std::vector<Caption> found =
            best_captions(model.decoder(), model.features(), options);
        for (int64_t i = 0; i < 3; ++i) {
          expect_same(found[i], beam_by_definition(model, i, options), options);
          EXPECT_EQ(found[i].alpha.empty(), !model.decoder().attends());
        }
      }
    }
  }
}

TEST(BeamSearch, APictureDoesNotSeeItsNeighbours) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    TinyDecoder model(seed, kDouble, 6, 5);
    const SearchOptions options = {.beam = 3, .max_words = 8};
    const auto together = best_captions(model.decoder(), model.features(), options);
    for (int64_t i = 0; i < 5; ++i) {
      const auto alone = best_captions(model.decoder(), model.features().row_range(i, 1), options);
      ASSERT_EQ(alone.size(), 1U);
      EXPECT_EQ(alone[0].words, together[i].words);
      EXPECT_EQ(alone[0].log_probability, together[i].log_probability);
      EXPECT_EQ(alone[0].alpha, together[i].alpha);
      EXPECT_EQ(alone[0].finished, together[i].finished);
    }
  }
}

TEST(BeamSearch, FloatFindsWhatDoubleFinds) {
  for (uint64_t seed = 0; seed < 40; ++seed) {
    SCOPED_TRACE("model " + std::to_string(seed));
    TinyDecoder single(seed, DType::kFloat32, 7, 3), wide(seed, kDouble, 7, 3);
    const SearchOptions options = {.beam = 1 + static_cast<int>(seed % 5), .max_words = 9};
    const auto found = best_captions(single.decoder(), single.features(), options);
    const auto wanted = best_captions(wide.decoder(), wide.features(), options);
    for (int64_t i = 0; i < 3; ++i) {
      EXPECT_EQ(found[i].words, wanted[i].words);
      expect_proper(single, i, found[i], options, 1e-4);
    }
  }
}

TEST(BeamSearch, TiesGoToTheBetterHypothesisAndTheLowerWord) {
  TinyDecoder model(1, kDouble, 4, 1, 0);  // every word as likely as any other
  for (int beam = 1; beam <= 5; ++beam) {
    for (float penalty : {0.0F, 1.5F}) {
      const SearchOptions options = {.beam = beam, .max_words = 4, .length_penalty = penalty};
      expect_same(best_captions(model.decoder(), model.features(), options)[0],
                  beam_by_definition(model, 0, options), options);
    }
  }
  const auto greedy = best_captions(model.decoder(), model.features(), {.beam = 1});
  EXPECT_EQ(greedy[0].words, (std::vector<int>{Vocabulary::kSpecialTokens}))
      << "then <end>, a lower id";
}

TEST(BeamSearch, BeamsWiderThanTheVocabularyAreFine) {
  TinyDecoder model(3, kDouble, 1, 2);
  for (const Caption& found :
       best_captions(model.decoder(), model.features(), {.beam = 50, .max_words = 6})) {
    for (int word : found.words) EXPECT_EQ(word, Vocabulary::kSpecialTokens);
  }
}

TEST(BeamSearch, BadOptionsAreErrors) {
  TinyDecoder model(1, kDouble, 2, 1), silent(1, kDouble, 0, 1);
  EXPECT_THROW(best_captions(model.decoder(), model.features(), {.beam = 0}), InternalError);
  EXPECT_THROW(best_captions(model.decoder(), model.features(), {.max_words = 0}), InternalError);
  EXPECT_THROW(best_captions(silent.decoder(), silent.features(), {}), InternalError);
}

TEST(BeamSearch, FeaturesThatAreNoNumbersAreAnError) {
  TinyDecoder model(1, DType::kFloat32, 3, 2);
  model.features().data<float>()[0] = NAN;
  EXPECT_THROW(best_captions(model.decoder(), model.features(), {}), ModelError);
}

}  // namespace
}  // namespace storyteller::beam_search_test
