// What a decoder says of itself in training: the words have the probabilities that the training
// pass computes for them, and depend on nothing but seed, step, picture and number.
#include "train/objectives/rollout.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/random_stream.h"
#include "model/decoder/decoder.h"
#include "model/vocabulary.h"
#include "tests/decoder_choices.h"
#include "train/objectives/unroll.h"

namespace storyteller::rollout_test {
namespace {

constexpr int64_t kPictures = 3, kRegions = 4, kWidth = 6, kWords = 11;
constexpr int kMostWords = 7;

class SpeakingDecoder {
 public:
  explicit SpeakingDecoder(const DecoderChoice& choice, float dropout = 0.4F) {
    DecoderOptions options;
    options.kind = choice.kind;
    options.cell = choice.cell;
    options.vocabulary = kWords;
    options.embedding = options.hidden = options.attention = 8;
    options.feature_width = kWidth;
    options.embedding_dropout = options.output_dropout = dropout;
    options.semi_sampling = 1;
    parameters_.add_group({.name = "decoder"});
    decoder_ = make_decoder(options, parameters_);
    parameters_.allocate(DType::kFloat64, Device::cpu(), 1, true);
    RandomStream random(5, 0);
    for (Parameters::Id id = 0; id < parameters_.size(); ++id) {
      if (parameters_.is_buffer(id)) continue;
      std::vector<double> values(static_cast<size_t>(parameters_.value(id).elements()));
      for (double& value : values) value = random.uniform(-0.9F, 0.9F);
      parameters_.value(id).copy_from_host(values.data());
    }
    parameters_.bump_version();
    decoder_->refresh();
    std::vector<double> features(kPictures * kRegions * kWidth);
    for (double& value : features) value = random.uniform(-1.5F, 1.5F);
    features_ = Tensor::from({kPictures, kRegions, kWidth}, features);
  }

  Decoder& operator*() { return *decoder_; }
  const Tensor& features() const { return features_; }

  /// log p of each caption's words by the training pass over all of them.
  std::vector<double> log_probabilities(const std::vector<DrawnCaption>& captions,
                                        DropoutSite site) {
    std::vector<SingleCaption> single;
    for (const DrawnCaption& caption : captions) {
      single.push_back({.targets = caption.words, .key = caption.key, .image = caption.image});
    }
    const PackedCaptions packed = pack(single, kPictures, Device::cpu());
    site.row_key = packed.batch.row_key.data<uint64_t>();
    Tape tape(Tape::Mode::kTrain);
    const auto loop = decoder_->make_loop();
    const Var logits = unroll(tape, *decoder_, *loop, Var(features_), packed.batch, site);
    const std::vector<double> x = logits.value().to_host<double>();
    const auto width = static_cast<size_t>(logits.shape()[1]);
    const std::vector<int32_t> targets = packed.batch.targets.to_host<int32_t>();
    const StepRows rows = packed.batch.rows();
    std::vector<double> sums(captions.size());
    for (int64_t t = 0; t < rows.steps; ++t) {
      for (int64_t row = 0; row < rows.count(t); ++row) {
        const auto n = static_cast<size_t>(rows.begin(t) + row);
        double sum = 0;
        for (size_t v = 0; v < kWords; ++v) sum += std::exp(x[n * width + v]);
        const double logit = x[n * width + static_cast<size_t>(targets[n])];
        sums[packed.order[static_cast<size_t>(row)]] += logit - std::log(sum);
      }
    }
    return sums;
  }

 private:
  Parameters parameters_;
  std::unique_ptr<Decoder> decoder_;
  Tensor features_;
};

const std::vector<size_t> kImages = {40, 7, 12};

class RolloutOfKinds : public testing::TestWithParam<DecoderChoice> {};

TEST_P(RolloutOfKinds, DrawsFromWhatTheTrainingPassComputes) {
  for (const bool keep_all : {false, true}) {
    SpeakingDecoder decoder(GetParam());
    Rollout rollout(*decoder, Rollout::As::kTraining);
    const DropoutSite site{.seed = 3, .step = 14, .keep_all = keep_all};
    const std::vector<DrawnCaption> captions =
        rollout.draw(decoder.features(), kImages, 4, kMostWords, site);
    ASSERT_EQ(captions.size(), 12U);
    const std::vector<double> expected = decoder.log_probabilities(captions, site);
    for (size_t c = 0; c < captions.size(); ++c) {
      EXPECT_NEAR(captions[c].log_probability, expected[c], 1e-9) << c << ' ' << keep_all;
    }
  }
}

TEST_P(RolloutOfKinds, CaptionsDoNotDependOnWhatIsDrawnBeside) {
  SpeakingDecoder decoder(GetParam());
  Rollout rollout(*decoder, Rollout::As::kTraining);
  const DropoutSite site{.seed = 3, .step = 14};
  const std::vector<DrawnCaption> all =
      rollout.draw(decoder.features(), kImages, 3, kMostWords, site);
  for (size_t i = 0; i < kImages.size(); ++i) {
    const std::vector<DrawnCaption> alone =
        rollout.draw(decoder.features().row_range(static_cast<int64_t>(i), 1),
                     std::span(kImages).subspan(i, 1), 2, kMostWords, site);
    for (size_t n = 0; n < alone.size(); ++n) EXPECT_EQ(alone[n].words, all[3 * i + n].words);
  }
}

INSTANTIATE_TEST_SUITE_P(All, RolloutOfKinds, testing::ValuesIn(decoders_with_cells()),
                         [](const auto& info) { return info.param.name; });

const DecoderChoice kSoft = {"soft_lstm", DecoderKind::kSoft, CellKind::kLstm};

TEST(Rollout, EndsWhereTheCaptionSaysSoOrAtTheLimit) {
  SpeakingDecoder decoder(kSoft);
  Rollout rollout(*decoder, Rollout::As::kTraining);
  size_t finished = 0, cut = 0;
  for (uint64_t step = 0; step < 20; ++step) {
    for (const DrawnCaption& caption :
         rollout.draw(decoder.features(), kImages, 5, kMostWords, {.seed = 1, .step = step})) {
      ASSERT_FALSE(caption.words.empty());
      const auto end = std::find(caption.words.begin(), caption.words.end(), Vocabulary::kEnd);
      EXPECT_EQ(caption.finished, end != caption.words.end());
      if (caption.finished) {
        EXPECT_EQ(end + 1, caption.words.end());
      } else {
        EXPECT_EQ(std::ssize(caption.words), kMostWords);
      }
      (caption.finished ? finished : cut) += 1;
    }
  }
  EXPECT_GT(finished, 50U);
  EXPECT_GT(cut, 50U);
}

// The first words of many draws have the frequencies of the model's distribution.
TEST(Rollout, DrawsByProbability) {
  SpeakingDecoder decoder(kSoft, 0);
  Rollout rollout(*decoder, Rollout::As::kTraining);
  constexpr int kDraws = 1000;
  std::vector<double> frequency(kWords), probability(kWords);
  for (uint64_t step = 0; step < 4; ++step) {
    for (const DrawnCaption& caption :
         rollout.draw(decoder.features(), kImages, kDraws, 1, {.seed = 1, .step = step})) {
      if (caption.image != 1) continue;
      const auto word = static_cast<size_t>(caption.words[0]);
      frequency[word] += 1. / (4 * kDraws);
      probability[word] = std::exp(caption.log_probability);
    }
  }
  for (size_t v = 0; v < kWords; ++v) {
    const double p = probability[v], sigma = std::sqrt(p * (1 - p) / (4 * kDraws));
    EXPECT_NEAR(frequency[v], p, 4 * sigma) << v;
  }
}

TEST(Rollout, GreedySaysTheMostProbableWordsWithoutDropout) {
  SpeakingDecoder decoder(kSoft);
  Rollout rollout(*decoder, Rollout::As::kCaptioning);
  const std::vector<DrawnCaption> captions =
      rollout.greedy(decoder.features(), kImages, kMostWords, {.seed = 9, .step = 2});
  ASSERT_EQ(captions.size(), kImages.size());
  const std::vector<double> said =
      decoder.log_probabilities(captions, {.seed = 9, .step = 2, .keep_all = true});
  for (size_t c = 0; c < captions.size(); ++c) {
    EXPECT_NEAR(captions[c].log_probability, said[c], 1e-9);
    // No other word in any place is more probable.
    for (size_t t = 0; t < captions[c].words.size(); ++t) {
      std::vector<DrawnCaption> begun = {captions[c]};
      begun[0].words.resize(t + 1);
      const double best = decoder.log_probabilities(begun, {.keep_all = true})[0];
      for (int32_t word = 0; word < kWords; ++word) {
        begun[0].words[t] = word;
        EXPECT_LE(decoder.log_probabilities(begun, {.keep_all = true})[0], best + 1e-12);
      }
    }
  }
}

class MixedBatch : public testing::Test {
 protected:
  MixedBatch() {
    RandomStream random(11, 0);
    for (size_t c = 0; c < 300; ++c) {
      std::vector<int32_t> words(3 + random.below(5));
      for (int32_t& word : words) word = static_cast<int32_t>(4 + random.below(kWords - 4));
      words.push_back(Vocabulary::kEnd);
      captions_.push_back(words);
    }
    std::vector<SingleCaption> single;
    for (size_t c = 0; c < captions_.size(); ++c) {
      single.push_back({.targets = captions_[c], .key = c, .image = c % kPictures});
    }
    packed_ = pack(single, kPictures, Device::cpu());
  }

  std::vector<int32_t> mixed(double probability, uint64_t step = 1) {
    Rollout rollout(*decoder_, Rollout::As::kTraining);
    PackedBatch batch = packed_.batch;
    DropoutSite site{.seed = 3, .step = step, .row_key = batch.row_key.data<uint64_t>()};
    rollout.mix(decoder_.features(), probability, site, &batch);
    EXPECT_EQ(batch.targets.to_host<int32_t>(), packed_.batch.targets.to_host<int32_t>());
    return batch.words.to_host<int32_t>();
  }

  SpeakingDecoder decoder_{kSoft};
  std::vector<std::vector<int32_t>> captions_;
  PackedCaptions packed_;
};

TEST_F(MixedBatch, WithProbabilityZeroIsTheCaption) {
  EXPECT_EQ(mixed(0), packed_.batch.words.to_host<int32_t>());
}

TEST_F(MixedBatch, ReplacesTheShareAskedForAndNeverTheStart) {
  const std::vector<int32_t> plain = packed_.batch.words.to_host<int32_t>(), all = mixed(1),
                             some = mixed(0.25);
  const auto starts = static_cast<size_t>(packed_.batch.offset[1]);
  size_t replaced = 0;
  for (size_t n = 0; n < plain.size(); ++n) {
    if (n < starts) {
      EXPECT_EQ(all[n], Vocabulary::kStart);
      EXPECT_EQ(some[n], Vocabulary::kStart);
    }
    if (some[n] != plain[n]) ++replaced;
  }
  // A draw may be the caption's word: those seen are fewer, by the share of such draws.
  size_t alike = 0;
  for (size_t n = starts; n < plain.size(); ++n) alike += all[n] == plain[n] ? 1 : 0;
  const auto others = static_cast<double>(plain.size() - starts);
  EXPECT_LT(static_cast<double>(alike), 0.3 * others) << "with probability 1 all are drawn";
  const double seen = 0.25 * (1 - static_cast<double>(alike) / others);
  EXPECT_NEAR(static_cast<double>(replaced) / others, seen,
              4 * std::sqrt(seen * (1 - seen) / others));
}

TEST_F(MixedBatch, DependsOnTheStepAndOnNothingElse) {
  EXPECT_EQ(mixed(0.5), mixed(0.5));
  EXPECT_NE(mixed(0.5), mixed(0.5, 2));
}

}  // namespace
}  // namespace storyteller::rollout_test
