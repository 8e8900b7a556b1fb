// A search that is watched, and sentences that are scored for pictures they were not found for.
#include "model/search/search_observer.h"

#include <cmath>
#include <map>
#include <vector>

#include <gtest/gtest.h>

#include "model/search/said_words.h"
#include "model/search/search.h"
#include "tests/decoder_choices.h"
#include "tests/model/search/tiny_decoder.h"

namespace storyteller::search_observer_test {
namespace {

/// Notes what it is told.
class Notes final : public SearchObserver {
 public:
  void at_step(const Step& step) override {
    rows.push_back(step.rows.size());
    gates.insert(gates.end(), step.gates.begin(), step.gates.end());
    const std::vector<float> logits = to_host_float(step.logits);
    const size_t width = logits.size() / step.rows.size();
    for (size_t row = 0; row < step.rows.size(); ++row) {
      const auto begin = static_cast<size_t>(step.barred.begin[row]);
      const auto end = static_cast<size_t>(step.barred.begin[row + 1]);
      next.push_back(log_probabilities_of(
          std::span(logits).subspan(row * width, static_cast<size_t>(step.vocabulary)),
          std::span(step.barred.words).subspan(begin, end - begin)));
    }
  }
  void at_choice(const Choice& choice) override {
    // What is offered is what the step said.
    const size_t first = next.size() - rows.back() + static_cast<size_t>(choice.first_row);
    for (size_t row = 0; row < choice.offers.size(); ++row) {
      for (int64_t i = 0; i < choice.offers[row].k; ++i) {
        const float offered = choice.offers[row].log_probabilities[i];
        if (std::isinf(offered)) continue;
        const auto word = static_cast<size_t>(choice.offers[row].words[i]);
        EXPECT_NEAR(offered, next[first + row][word], 1e-4);
      }
    }
    taken[choice.group].push_back(choice.taken.size());
  }

  std::vector<size_t> rows;
  std::vector<float> gates;
  std::vector<std::vector<float>> next;
  std::map<int32_t, std::vector<size_t>> taken;  // [group]
};

TEST(SearchObserver, SeesEveryStepAndChangesNothing) {
  for (const DecoderChoice& choice : decoders_with_cells()) {
    SCOPED_TRACE(choice.name);
    TinyDecoder tiny(1, DType::kFloat32, 9, 1, kTameWeights, Device::cpu(),
                     {.decoder = choice.kind, .cell = choice.cell});
    const SearchOptions options = {.beam = 3, .max_words = 5};
    const auto model = step_model(tiny.decoder());
    const auto alone = make_search(options)->run(*model, {&tiny.features(), 1});
    Notes notes;
    const auto watched =
        make_search(options, {.observer = &notes})->run(*model, {&tiny.features(), 1});
    ASSERT_EQ(alone[0].size(), watched[0].size());
    EXPECT_EQ(alone[0][0].words, watched[0][0].words);
    EXPECT_EQ(alone[0][0].log_probability, watched[0][0].log_probability);
    EXPECT_EQ(notes.rows[0], 1U);
    ASSERT_EQ(notes.taken.size(), 1U);
    EXPECT_EQ(notes.taken[0][0], 3U) << "of the first step, three begin";
    for (const float gate : notes.gates) {
      EXPECT_GE(gate, 0);
      EXPECT_LE(gate, 1);
    }
    const bool gated = choice.kind == DecoderKind::kAdaptive || choice.kind == DecoderKind::kAoa;
    if (gated) {
      EXPECT_EQ(notes.gates.size(), notes.next.size());
    }
    if (choice.kind == DecoderKind::kFixed) {
      EXPECT_TRUE(notes.gates.empty());
    }
  }
}

TEST(SearchObserver, TellsGroupsApart) {
  TinyDecoder tiny(2, DType::kFloat32, 9, 1);
  Notes notes;
  const auto model = step_model(tiny.decoder());
  make_search({.beam = 2, .max_words = 4, .diverse = 3}, {.observer = &notes})
      ->run(*model, {&tiny.features(), 1});
  EXPECT_EQ(notes.rows[0], 3U);
  EXPECT_EQ(notes.taken.size(), 3U);
}

TEST(SearchObserver, SeesDraws) {
  TinyDecoder tiny(3, DType::kFloat32, 9, 1);
  Notes notes;
  const auto model = step_model(tiny.decoder());
  make_search({.max_words = 4, .sample = 2}, {.observer = &notes})
      ->run(*model, {&tiny.features(), 1});
  EXPECT_EQ(notes.rows[0], 2U);
  EXPECT_TRUE(notes.taken.empty());
}

TEST(SaidWords, AreAsProbableAsTheSearchFoundThem) {
  for (const DecoderChoice& choice : decoders_with_cells()) {
    SCOPED_TRACE(choice.name);
    TinyDecoder tiny(4, DType::kFloat32, 9, 3, kTameWeights, Device::cpu(),
                     {.decoder = choice.kind, .cell = choice.cell});
    const SearchOptions options = {.beam = 2, .max_words = 6, .no_repeat_ngram = 1};
    const auto model = step_model(tiny.decoder());
    const auto found = make_search(options)->run(*model, {&tiny.features(), 1});
    const LogitFilters filters = filters_of(options, {});
    for (size_t picture = 0; picture < found.size(); ++picture) {
      const Caption& best = found[picture][0];
      std::vector<int32_t> words(best.words.begin(), best.words.end());
      if (best.finished) words.push_back(Vocabulary::kEnd);
      const auto said = log_probabilities_of(*model, {&tiny.features(), 1}, words, filters);
      ASSERT_EQ(said.size(), found.size());
      ASSERT_EQ(said[picture].size(), best.word_log_probabilities.size());
      for (size_t t = 0; t < words.size(); ++t) {
        EXPECT_NEAR(said[picture][t], best.word_log_probabilities[t], 1e-4);
      }
    }
  }
}

TEST(SaidWords, AWordThatIsBarredCannotBeSaid) {
  const std::vector<float> logits = {0, 1, 2, 3};
  const std::vector<int32_t> barred = {3};
  const std::vector<float> left = log_probabilities_of(logits, barred);
  EXPECT_TRUE(std::isinf(left[3]));
  EXPECT_NEAR(std::exp(left[0]) + std::exp(left[1]) + std::exp(left[2]), 1, 1e-6);
  EXPECT_NEAR(left[2] - left[0], 2, 1e-6);
  const std::vector<int32_t> all = {0, 1, 2, 3};
  EXPECT_ANY_THROW(log_probabilities_of(logits, all));
}

}  // namespace
}  // namespace storyteller::search_observer_test
