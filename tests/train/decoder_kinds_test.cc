// Every kind of decoder with every cell: the loss is that of the formulas, the gradient that of the
// loss, training resumes to the same bits, and what was trained captions.
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/system/signals.h"
#include "kernels/philox.h"
#include "tests/decoder_choices.h"
#include "tests/temporary_folder.h"
#include "tests/train/decoder_reference.h"
#include "tests/train/tiny_training.h"
#include "train/objectives/caption_loss.h"

namespace storyteller::decoder_kinds_test {
namespace {

constexpr int64_t kPictures = 2, kRegions = 3, kWidth = 4, kWords = 9;
constexpr double kCoverage = 0.7, kEntropy = 0.3;
// Captions by falling length, <end> included, and the pictures that they are of.
const std::vector<std::vector<int>> kCaptions = {{4, 7, 8, 5, 2}, {6, 4, 2}, {5, 8, 2}, {7, 2}};
const std::vector<int32_t> kImages = {1, 0, 1, 0};

std::vector<int> words_read(const std::vector<int>& caption) {
  std::vector<int> words = {Vocabulary::kStart};
  words.insert(words.end(), caption.begin(), caption.end() - 1);
  return words;
}

PackedBatch packed_captions() {
  PackedBatch batch;
  std::vector<int32_t> words, targets;
  std::vector<uint64_t> keys;
  batch.offset = {0};
  for (size_t t = 0; t < kCaptions[0].size(); ++t) {
    for (size_t b = 0; b < kCaptions.size() && t < kCaptions[b].size(); ++b) {
      words.push_back(words_read(kCaptions[b])[t]);
      targets.push_back(kCaptions[b][t]);
      keys.push_back(100 * b + t);
    }
    batch.offset.push_back(std::ssize(words));
  }
  const int64_t N = std::ssize(words);
  batch.counted = static_cast<double>(N);
  batch.words = Tensor::from({N}, words, Device::cpu());
  batch.targets = Tensor::from({N}, targets, Device::cpu());
  batch.row_key = Tensor::from({N}, keys, Device::cpu());
  batch.map = make_row_map(kImages, kPictures, Device::cpu());
  return batch;
}

std::vector<double> draws(uint64_t key, int64_t count, double range) {
  std::vector<double> values;
  for (int64_t i = 0; i < count; ++i) {
    values.push_back(range * (2 * uniform01(philox(key, 0, static_cast<uint64_t>(i))[0]) - 1));
  }
  return values;
}

/// A small decoder in double, with random values, on the captions above.
class SmallDecoder {
 public:
  explicit SmallDecoder(const DecoderOptions& options) : options_(options) {
    parameters_.add_group({.name = "decoder"});
    decoder_ = make_decoder(options, parameters_);
    loop_ = decoder_->make_loop();
    parameters_.allocate(DType::kFloat64, Device::cpu(), 1, true);
    for (Parameters::Id id = 0; id < parameters_.size(); ++id) {
      if (parameters_.is_buffer(id)) continue;
      const Tensor& value = parameters_.value(id);
      value.copy_from_host(draws(1000 + static_cast<uint64_t>(id), value.elements(), 0.9).data());
    }
    parameters_.bump_version();
    features_ = Tensor::from({kPictures, kRegions, kWidth},
                             draws(7, kPictures * kRegions * kWidth, 1.5), Device::cpu());
  }

  Parameters& parameters() { return parameters_; }
  const Tensor& features() const { return features_; }

  /// Cross-entropy, coverage and entropy of the weights of hard attention; with gradients, those of
  /// features too, where `backward`.
  double loss(bool backward) {
    tape_.reset();
    parameters_.forget_gradients();
    decoder_->refresh();
    input_ = tape_.output(features_, true);
    const CaptionLoss loss = caption_loss(tape_, *decoder_, *loop_, input_, batch_,
                                          {.label_smoothing = 0,
                                           .coverage_weight = kCoverage,
                                           .region_reward = 0,
                                           .region_entropy = kEntropy},
                                          {.row_key = batch_.row_key.data<uint64_t>()});
    double sum = 0;
    for (const Var& term : {loss.cross_entropy, loss.coverage, loss.regions}) {
      if (term) sum += term.value().to_host<double>()[0];
    }
    if (backward) {
      tape_.backward({loss.cross_entropy, loss.coverage, loss.regions});
      parameters_.complete_gradients();
    }
    return sum;
  }
  std::vector<double> feature_gradient() { return gathered_gradient(input_).to_host<double>(); }

  double loss_by_definition() const {
    const DecoderReference reference(options_, parameters_);
    const std::vector<double> features = features_.to_host<double>();
    double entropy = 0, count = 0, uncovered = 0, of_regions = 0;
    for (size_t b = 0; b < kCaptions.size(); ++b) {
      std::vector<std::vector<double>> regions;
      for (int64_t l = 0; l < kRegions; ++l) {
        const auto first = features.begin() + (kImages[b] * kRegions + l) * kWidth;
        regions.emplace_back(first, first + kWidth);
      }
      const std::vector<int> drawn = drawn_by(b);
      const auto said = reference.read(regions, words_read(kCaptions[b]), drawn);
      for (const auto& alpha : said.alpha) {
        for (const double weight : alpha) of_regions += weight * std::log(weight);
      }
      for (size_t t = 0; t < kCaptions[b].size(); ++t) {
        double sum = 0;
        for (const double logit : said.logits[t]) sum += std::exp(logit);
        entropy += std::log(sum) - said.logits[t][static_cast<size_t>(kCaptions[b][t])];
        ++count;
      }
      for (int64_t l = 0; l < kRegions && !said.alpha.empty(); ++l) {
        double seen = 0;
        for (const auto& alpha : said.alpha) seen += alpha[static_cast<size_t>(l)];
        uncovered += (1 - seen) * (1 - seen);
      }
    }
    return entropy / count +
           kCoverage * uncovered / static_cast<double>(kRegions * std::ssize(kCaptions)) +
           (draws_regions() ? kEntropy * of_regions / count : 0);
  }

  /// Whether the loss that was computed last drew regions.
  bool draws_regions() const { return static_cast<bool>(decoder_->attention(*loop_).drawn); }
  /// The regions that caption b drew, word by word; none where the decoder does not draw.
  std::vector<int> drawn_by(size_t b) const {
    std::vector<int> regions;
    if (!draws_regions()) return regions;
    const auto drawn = decoder_->attention(*loop_).drawn.to_host<double>();
    for (size_t t = 0; t < kCaptions[b].size(); ++t) {
      const auto row = drawn.begin() + (batch_.offset[t] + static_cast<int64_t>(b)) * kRegions;
      regions.push_back(static_cast<int>(std::find(row, row + kRegions, 1.0) - row));
    }
    return regions;
  }

 private:
  DecoderOptions options_;
  Parameters parameters_;
  std::unique_ptr<Decoder> decoder_;
  std::unique_ptr<DecoderLoop> loop_;
  Tensor features_;
  PackedBatch batch_ = packed_captions();
  Tape tape_{Tape::Mode::kTrain};
  Var input_;
};

class DecoderKinds : public testing::TestWithParam<DecoderChoice> {
 protected:
  static DecoderOptions options() {
    return {.vocabulary = kWords,
            .feature_width = kWidth,
            .embedding = 5,
            .hidden = 6,
            .attention = 4,
            .feature_scale = 0.8,
            .kind = GetParam().kind,
            .cell = GetParam().cell};
  }
  /// The options with every output layer that the kind takes, and with every query.
  static std::vector<DecoderOptions> all_options() {
    std::vector<DecoderOptions> all;
    for (const OutputLayer output : {OutputLayer::kPlain, OutputLayer::kSum, OutputLayer::kDeep}) {
      DecoderOptions some = options();
      if (some.kind == DecoderKind::kFixed && output == OutputLayer::kSum) continue;
      some.output = output;
      // Hard attention: once by the regions' mean, then with draws, through which nothing flows.
      some.semi_sampling = output == OutputLayer::kPlain ? 0 : 1;
      if (output == OutputLayer::kPlain) {
        some.gate = ContextGate::kNone;
        some.initial_state = InitialState::kZero;
        some.score = ScoreFunction::kRelu;
      }
      if (output == OutputLayer::kSum) some.query = AttentionQuery::kHiddenAndWord;
      if (output == OutputLayer::kDeep) some.gate = ContextGate::kScalar;
      all.push_back(some);
      if (some.kind != DecoderKind::kFixed) continue;
      some.image_input = output == OutputLayer::kPlain ? ImageInput::kEvery : ImageInput::kState;
      some.initial_state = InitialState::kMlp;
      all.push_back(some);
    }
    return all;
  }
};

TEST_P(DecoderKinds, LossIsThatOfTheFormulas) {
  for (const DecoderOptions& some : all_options()) {
    SmallDecoder decoder(some);
    const double loss = decoder.loss(false);
    EXPECT_NEAR(loss, decoder.loss_by_definition(), 1e-12);
  }
}

TEST_P(DecoderKinds, GradientIsThatOfTheLoss) {
  constexpr double kStep = 1e-5, kTolerance = 1e-8;
  for (const DecoderOptions& some : all_options()) {
    SmallDecoder decoder(some);
    decoder.loss(true);
    Parameters& parameters = decoder.parameters();
    const auto slope = [&](double* x) {
      const double before = *x;
      const auto loss_at = [&](double value) {
        *x = value;
        parameters.bump_version();
        return decoder.loss(false);
      };
      const double difference = loss_at(before + kStep) - loss_at(before - kStep);
      loss_at(before);
      return difference / (2 * kStep);
    };
    std::vector<std::vector<double>> gradients;
    for (Parameters::Id id = 0; id < parameters.size(); ++id) {
      gradients.push_back(parameters.is_buffer(id)
                              ? std::vector<double>()
                              : parameters.var(id).slot()->gradient.to_host<double>());
    }
    const std::vector<double> of_features = decoder.feature_gradient();
    for (Parameters::Id id = 0; id < parameters.size(); ++id) {
      const Tensor& value = parameters.value(id);
      if (parameters.is_buffer(id)) continue;
      for (int64_t i = 0; i < value.elements(); i += 1 + value.elements() / 12) {
        EXPECT_NEAR(slope(value.data<double>() + i), gradients[static_cast<size_t>(id)][i],
                    kTolerance)
            << parameters.name(id) << " " << i;
      }
    }
    for (int64_t i = 0; i < decoder.features().elements(); ++i) {
      EXPECT_NEAR(slope(decoder.features().data<double>() + i), of_features[i], kTolerance)
          << "features " << i;
    }
  }
}

TrainOptions two_epochs() {
  TrainOptions options;
  options.epochs = 2;
  options.batch_size = 6;
  options.learning_rate = 0.01;
  options.patience = 0;
  return options;
}

TEST_P(DecoderKinds, TrainingResumesToTheSameBitsAndCaptions) {
  const TemporaryFolder folder;
  TinyTraining training("mobilenet_v2", TinyDataset::varied_captions(10), folder.path());
  training.model().decoder.kind = options().kind;
  training.model().decoder.cell = options().cell;
  const auto whole = training.start(two_epochs(), folder / "whole");
  const double first = training.start(two_epochs(), folder / "first step")->trainer->train_step();
  ASSERT_EQ(whole->trainer->run(), Trainer::Outcome::kFinished);
  EXPECT_LT(whole->trainer->state().history.back().loss, first);

  int processes = 0;
  for (bool finished = false; !finished; ++processes) {
    const StopSignals signals;
    TrainingObserver observer;
    observer.step = [&](const TrainingState& state, int64_t, double) {
      if (processes == 0 && state.step == 5) std::raise(SIGTERM);
    };
    const auto run = training.start(two_epochs(), folder / "cut", observer);
    EXPECT_EQ(run->trainer->resume(), processes > 0);
    finished = run->trainer->run() == Trainer::Outcome::kFinished;
  }
  EXPECT_EQ(processes, 2);
  EXPECT_EQ(difference(folder / "whole" / "best.storyteller", folder / "cut" / "best.storyteller"),
            "");

  const auto captioner = Captioner::load(folder / "cut" / "best.storyteller", Device::cpu());
  EXPECT_EQ(captioner->options().decoder.kind, options().kind);
  EXPECT_EQ(captioner->options().decoder.cell, options().cell);
  const Tensor features =
      Tensor::from({2, 49, 1280}, std::vector<float>(size_t{2} * 49 * 1280, 0.1F), Device::cpu());
  const std::vector<SearchOptions> searches = {{.beam = 1, .max_words = 6},
                                               {.beam = 3, .max_words = 6},
                                               {.beam = 2, .max_words = 6, .diverse = 2},
                                               {.max_words = 6, .sample = 3, .top_k = 5}};
  for (const SearchOptions& search : searches) {
    for (const auto& of_picture : captioner->captions(features, search)) {
      EXPECT_EQ(std::ssize(of_picture), captions_wanted(search));
      for (const Caption& caption : of_picture) {
        EXPECT_FALSE(caption.words.empty());
        EXPECT_LT(caption.log_probability, 0);
        EXPECT_EQ(caption.alpha.size(),
                  captioner->decoder().attends() ? caption.words.size() * 49 : 0U);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(AllKinds, DecoderKinds, testing::ValuesIn(decoders_with_cells()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace storyteller::decoder_kinds_test
