// Searches over models that are no decoders.
#include "model/search/search.h"

#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/error.h"
#include "model/vocabulary.h"

namespace storyteller::search_test {
namespace {

constexpr int32_t kEnd = Vocabulary::kEnd;

/// Words 4 and 5 with fixed odds at every step, whatever was said; it does not attend.
class TwoWords final : public StepModel {
 public:
  int64_t vocabulary() const override { return 6; }
  void start(std::span<const Tensor> features) override {
    rows_ = features[0].size(0);
    gathered_.clear();
  }
  Tensor step(const std::vector<int32_t>& words) override {
    EXPECT_EQ(std::ssize(words), rows_);
    std::vector<float> logits;
    for (size_t row = 0; row < words.size(); ++row) {
      // <end> 1/8, 4 5/8, 5 2/8; what else there is would be far more probable.
      for (const float odds : {99.0F, 99.0F, 1.0F, 99.0F, 5.0F, 2.0F}) {
        logits.push_back(std::log(odds));
      }
    }
    return Tensor::from({rows_, 6}, logits, Device::cpu());
  }
  std::vector<float> attention() const override { return {}; }
  void gather(const std::vector<int32_t>& parents, const std::vector<int32_t>& images) override {
    EXPECT_EQ(parents.size(), images.size());
    for (const int32_t parent : parents) EXPECT_LT(parent, rows_);
    rows_ = std::ssize(parents);
    gathered_.push_back(images);
  }
  const std::vector<std::vector<int32_t>>& gathered() const { return gathered_; }

 private:
  int64_t rows_ = 0;
  std::vector<std::vector<int32_t>> gathered_;
};

std::vector<Tensor> pictures(int64_t count) {
  return {Tensor::zeros({count, 1, 1}, DType::kFloat32, Device::cpu())};
}

TEST(Search, GivesTheBestFirstAndNoMapsWithoutAttention) {
  TwoWords model;
  const auto found =
      make_search({.beam = 2, .max_words = 3, .length_penalty = 0})->run(model, pictures(2));
  ASSERT_EQ(found.size(), 2U);
  for (const std::vector<Caption>& captions : found) {
    // 4 5/7, 4 4 5/7 5/8 and 5 2/7: nothing ends before "4 4 4", which is cut.
    ASSERT_EQ(captions.size(), 1U);
    EXPECT_EQ(captions[0].words, (std::vector<int>{4, 4, 4}));
    EXPECT_FALSE(captions[0].finished);
    EXPECT_NEAR(captions[0].log_probability, std::log(5 / 7.0) + 2 * std::log(5 / 8.0), 1e-6);
    EXPECT_TRUE(captions[0].alpha.empty());
    ASSERT_EQ(captions[0].word_log_probabilities.size(), 3U);
    EXPECT_NEAR(captions[0].word_log_probabilities[0], std::log(5 / 7.0), 1e-6);
    EXPECT_NEAR(captions[0].word_log_probabilities[2], std::log(5 / 8.0), 1e-6);
  }
  EXPECT_EQ(model.gathered()[0], (std::vector<int32_t>{0, 0, 1, 1}));
}

TEST(Search, HandsOutEveryEndedHypothesis) {
  TwoWords model;
  const auto found =
      make_search({.beam = 6, .max_words = 2, .length_penalty = 0})->run(model, pictures(1));
  // Two words first, then six continuations, two of which end; the rest reach the limit.
  ASSERT_EQ(found[0].size(), 2U);
  EXPECT_EQ(found[0][0].words, (std::vector<int>{4}));
  EXPECT_EQ(found[0][1].words, (std::vector<int>{5}));
  EXPECT_TRUE(found[0][1].finished);
  ASSERT_EQ(found[0][1].word_log_probabilities.size(), 2U);  // that of <end>, too
  EXPECT_NEAR(found[0][1].word_log_probabilities[1], std::log(1 / 8.0), 1e-6);
  EXPECT_GT(found[0][0].score, found[0][1].score);
}

/// Wants word 5 last: bars the end behind another word, on the host, or all else, on the device.
class EndsInFive final : public LogitFilter {
 public:
  void bar(const HypothesisView& hypothesis, std::vector<int32_t>* words) const override {
    if (hypothesis.words.empty() || hypothesis.words.back() != 5) words->push_back(kEnd);
  }
};

class SaysFive final : public LogitFilter {
 public:
  void apply(const Tensor& logits, std::span<const HypothesisView> rows) const override {
    EXPECT_EQ(std::ssize(rows), logits.size(0));
    for (int64_t row = 0; row < logits.size(0); ++row) {
      logits.data<float>()[row * logits.size(1) + 5] = rows[row].words.empty() ? 99.0F : -99.0F;
      EXPECT_NEAR(rows[row].log_probability, 0, 1e-5);
    }
  }
};

TEST(Search, AsksTheFiltersThatAreGiven) {
  TwoWords model;
  const SearchOptions options = {.beam = 3, .max_words = 4, .length_penalty = 0};
  const auto ends =
      make_search(options, {.filters = {std::make_shared<EndsInFive>()}})->run(model, pictures(1));
  for (const Caption& caption : ends[0]) {
    EXPECT_TRUE(!caption.finished || caption.words.back() == 5);
  }
  const auto says = make_search({.beam = 1, .max_words = 2, .length_penalty = 0},
                                {.filters = {std::make_shared<SaysFive>()}})
                        ->run(model, pictures(1));
  EXPECT_EQ(says[0][0].words, (std::vector<int>{5, 4}));
}

TEST(Search, OptionsStandInOneTable) {
  SearchOptions options;
  Config config;
  declare(options, config);
  ASSERT_EQ(config.entries().size(), std::size(kSearchOptions));
  for (size_t i = 0; i < config.entries().size(); ++i) {
    EXPECT_EQ(config.entries()[i].key, kSearchOptions[i].key);
  }
  config.assign("length_penalty=0.25");
  config.assign("beam=7");
  EXPECT_EQ(options.length_penalty, 0.25F);
  EXPECT_EQ(options.beam, 7);
  EXPECT_THROW(config.assign("beam=0"), UsageError);
}

}  // namespace
}  // namespace storyteller::search_test
