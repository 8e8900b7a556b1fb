// Several models that speak as one, against the mean of their log-probabilities written plainly.
#include "model/search/ensemble_steps.h"

#include <cmath>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/error.h"
#include "model/search/search.h"
#include "tests/model/search/search_definition.h"
#include "tests/model/search/tiny_decoder.h"

namespace storyteller::ensemble_test {
namespace {

constexpr auto kDouble = DType::kFloat64;
constexpr int32_t kEnd = Vocabulary::kEnd;

/// log p(word | words) of one model, among all words.
std::vector<double> log_probabilities(TinyDecoder& model, int64_t picture,
                                      const std::vector<int>& words) {
  const std::vector<double> all = model.read(picture, words).logits;
  std::vector<double> last(all.end() - model.vocabulary(), all.end());
  double sum = 0;
  for (const double logit : last) sum += std::exp(logit);
  for (double& logit : last) logit -= std::log(sum);
  return last;
}

/// Every sentence that may be said, and its log-probability: that of each word is the mean over the
/// models, normalised over the words that may follow.
void all_sentences(std::vector<TinyDecoder*> models, int64_t picture, const Sentence& so_far,
                   int max_words, std::vector<Sentence>* ended) {
  std::vector<double> mean(static_cast<size_t>(models[0]->vocabulary()));
  for (TinyDecoder* model : models) {
    const auto of_model = log_probabilities(*model, picture, so_far.words);
    for (size_t word = 0; word < mean.size(); ++word) {
      mean[word] += of_model[word] / static_cast<double>(models.size());
    }
  }
  double sum = 0;
  for (int word = 0; word < std::ssize(mean); ++word) {
    if (may_follow(so_far.words, word, 0)) sum += std::exp(mean[static_cast<size_t>(word)]);
  }
  for (int word = 0; word < std::ssize(mean); ++word) {
    if (!may_follow(so_far.words, word, 0)) continue;
    Sentence longer = so_far;
    longer.words.push_back(word);
    longer.log_probability += mean[static_cast<size_t>(word)] - std::log(sum);
    if (longer.ended()) {
      ended->push_back(longer);
    } else if (std::ssize(longer.words) < max_words) {
      all_sentences(models, picture, longer, max_words, ended);
    }
  }
}

std::unique_ptr<StepModel> together(const std::vector<TinyDecoder*>& models,
                                    const std::vector<size_t>& features) {
  std::vector<EnsembleMember> members;
  for (size_t m = 0; m < models.size(); ++m) {
    members.push_back({step_model(models[m]->decoder()), features[m]});
  }
  return ensemble_steps(std::move(members));
}

std::vector<int> words_of(const Caption& caption) {
  std::vector<int> words = caption.words;
  if (caption.finished) words.push_back(kEnd);
  return words;
}

TEST(Ensemble, SaysTheMeanOfLogProbabilitiesWhateverItsMembersAre) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    TinyDecoder soft(seed, kDouble, 3, 2),
        gru(seed + 100, kDouble, 3, 2, 1.5, Device::cpu(), {DecoderKind::kSoft, CellKind::kGru});
    TinyDecoder fixed(seed + 200, kDouble, 3, 2, 1.5, Device::cpu(),
                      {DecoderKind::kFixed, CellKind::kLstm});
    const std::vector<Tensor> features = {soft.features(), gru.features(), fixed.features()};
    const SearchOptions options = {.beam = 500, .max_words = 4, .length_penalty = 0.7F};
    const auto found =
        make_search(options)->run(*together({&soft, &gru, &fixed}, {0, 1, 2}), features);
    for (int64_t i = 0; i < 2; ++i) {
      std::vector<Sentence> ended;
      all_sentences({&soft, &gru, &fixed}, i, {}, options.max_words, &ended);
      const Sentence best = best_of(ended, options.length_penalty);
      const Caption& caption = found[static_cast<size_t>(i)][0];
      EXPECT_EQ(words_of(caption), best.words);
      EXPECT_NEAR(caption.log_probability, best.log_probability, 1e-5);
    }
  }
}

TEST(Ensemble, OfOneModelTwiceIsThatModel) {
  TinyDecoder model(4, kDouble, 6, 3);
  const std::vector<Tensor> features = {model.features()};
  const SearchOptions searches[] = {
      {.beam = 1}, {.beam = 3}, {.beam = 2, .diverse = 3}, {.sample = 3}};
  for (const SearchOptions& options : searches) {
    const auto search = make_search(options);
    const auto alone = search->run(*step_model(model.decoder()), features);
    const auto twice = search->run(*together({&model, &model}, {0, 0}), features);
    for (size_t i = 0; i < alone.size(); ++i) {
      ASSERT_EQ(alone[i].size(), twice[i].size());
      for (size_t n = 0; n < alone[i].size(); ++n) {
        EXPECT_EQ(alone[i][n].words, twice[i][n].words);
        EXPECT_EQ(alone[i][n].log_probability, twice[i][n].log_probability);
        EXPECT_EQ(alone[i][n].alpha, twice[i][n].alpha);
      }
    }
  }
  const std::vector<Constraint> must = {{{{5, 6}}}};
  const auto alone = make_search({}, {.must = must})->run(*step_model(model.decoder()), features);
  const auto twice =
      make_search({}, {.must = must})->run(*together({&model, &model}, {0, 0}), features);
  EXPECT_EQ(alone[0][0].words, twice[0][0].words);
}

TEST(Ensemble, WordsAddUpToTheirSentenceInEverySearch) {
  TinyDecoder a(1, kDouble, 3, 2), b(2, kDouble, 3, 2);
  const std::vector<Tensor> features = {a.features(), b.features()};
  const auto model = together({&a, &b}, {0, 1});
  const std::vector<Constraint> must = {{{{5, 6}}}};
  const SearchOptions searches[] = {{.beam = 1},
                                    {.beam = 3},
                                    {.beam = 2, .diverse = 3},
                                    {.max_words = 3, .sample = 20},
                                    {.sample = 9, .temperature = 2, .top_k = 2},
                                    {.min_words = 3}};
  size_t ended = 0, cut = 0;
  const auto check = [&](const std::vector<std::vector<Caption>>& found) {
    for (const std::vector<Caption>& captions : found) {
      for (const Caption& caption : captions) {
        (caption.finished ? ended : cut) += 1;
        const std::vector<float>& words = caption.word_log_probabilities;
        EXPECT_EQ(words.size(), caption.words.size() + (caption.finished ? 1 : 0));
        EXPECT_NEAR(std::accumulate(words.begin(), words.end(), 0.0), caption.log_probability,
                    1e-5);
      }
    }
  };
  for (const SearchOptions& options : searches) check(make_search(options)->run(*model, features));
  check(make_search({}, {.must = must})->run(*model, features));
  EXPECT_GT(ended, 0U);
  EXPECT_GT(cut, 0U);
}

TEST(Ensemble, LooksWhereThoseLookOnTheAverageThatAttend) {
  TinyDecoder a(1, kDouble, 3, 1), b(2, kDouble, 3, 1);
  TinyDecoder blind(3, kDouble, 3, 1, 1.5, Device::cpu(), {DecoderKind::kFixed, CellKind::kLstm});
  const std::vector<Tensor> features = {a.features(), b.features(), blind.features()};
  const auto model = together({&blind, &a, &b}, {2, 0, 1});
  const Caption caption = make_search({.beam = 1})->run(*model, features)[0][0];
  const auto of_a = a.read(0, caption.words).alpha, of_b = b.read(0, caption.words).alpha;
  ASSERT_EQ(caption.alpha.size(), caption.words.size() * TinyDecoder::kRegions);
  for (size_t i = 0; i < caption.alpha.size(); ++i) {
    EXPECT_NEAR(caption.alpha[i], (of_a[i] + of_b[i]) / 2, 1e-6);
  }
  const auto dark = together({&blind, &blind}, {2, 2});
  EXPECT_TRUE(make_search({})->run(*dark, features)[0][0].alpha.empty());
}

TEST(Ensemble, OfDifferentVocabulariesIsRefused) {
  TinyDecoder a(1, kDouble, 3, 1), b(2, kDouble, 4, 1);
  EXPECT_THROW(together({&a, &b}, {0, 0}), InternalError);
}

}  // namespace
}  // namespace storyteller::ensemble_test
