// The gradient of self-critical training is that of its definition, formed caption by caption; and
// its strategies resume to the same bits.
#include "train/objectives/self_critical.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/dispatch.h"
#include "tests/decoder_choices.h"
#include "tests/temporary_folder.h"
#include "tests/train/tiny_training.h"
#include "train/objectives/batch_gradient.h"
#include "train/objectives/unroll.h"

namespace storyteller::self_critical_test {
namespace {

constexpr size_t kPictures = 4;
constexpr uint64_t kSeed = 1, kStep = 6;

std::vector<float> gradients(const Parameters& parameters) {
  std::vector<float> all;
  for (Parameters::Id id = 0; id < parameters.size(); ++id) {
    if (parameters.is_buffer(id)) continue;
    const GradientSlot* slot = parameters.var(id).slot();
    if (slot == nullptr) continue;
    const std::vector<float> of_one = to_host_float(slot->gradient);
    all.insert(all.end(), of_one.begin(), of_one.end());
  }
  return all;
}

/// A model, its pictures' features and the objective.
class Lesson {
 public:
  /// `teacher`: seed of the model that it is compared with; its own: the same model.
  explicit Lesson(const SelfCriticalOptions& options, const DecoderChoice& choice = kSoft,
                  uint64_t teacher = kSeed) {
    ModelOptions model;
    model.encoder = "scene_cnn";
    model.decoder.kind = choice.kind;
    model.decoder.cell = choice.cell;
    model.decoder.embedding = model.decoder.hidden = model.decoder.attention = 12;
    model.decoder.embedding_dropout = model.decoder.output_dropout = 0.3F;
    model.decoder.semi_sampling = 1;
    options_.max_words = 8;
    options_.self_critical = options;
    captioner_ = std::make_unique<Captioner>(model, Vocabulary::build(captions_.word_counts(), 1),
                                             Device::cpu(), kSeed, true);
    teachers_.push_back(std::make_unique<Captioner>(model, captioner_->vocabulary(), Device::cpu(),
                                                    teacher, false));
    std::vector<Image> pictures;
    for (size_t i = 0; i < kPictures; ++i) pictures.push_back(dataset_.load(i, nullptr));
    features_ = captioner_->encode(pictures);
    batch_.images = {0, 1, 2, 3};
    objective_ = std::make_unique<SelfCritical>(
        ObjectiveContext{options_, *captioner_, captions_, teachers_});
  }

  /// Of one part of a batch.
  std::vector<float> gradient(uint64_t step = kStep) {
    captioner_->parameters().forget_gradients();
    captioner_->decoder().refresh();
    Tape tape(Tape::Mode::kTrain);
    std::vector<LossTerm> terms;
    objective_->record(tape,
                       {.batch = batch_,
                        .packed = packed_,
                        .features = Var(features_),
                        .seed = kSeed,
                        .step = step},
                       &terms);
    std::vector<Var> losses;
    for (const LossTerm& term : terms) {
      EXPECT_EQ(term.per, Per::kImage);
      losses.push_back(scale(tape, term.value, term.weight));
    }
    tape.backward(losses);
    return gradients(captioner_->parameters());
  }

  DropoutSite site() const {
    return {.seed = kSeed, .step = kStep, .keep_all = !options_.self_critical.dropout};
  }
  std::vector<DrawnCaption> samples() {
    Rollout rollout(captioner_->decoder(), Rollout::As::kTraining);
    return rollout.draw(features_, batch_.images, options_.self_critical.samples,
                        options_.max_words + 1, site());
  }
  std::vector<double> rewards(const std::vector<DrawnCaption>& captions) const {
    std::vector<RewardedCaption> said;
    for (const DrawnCaption& caption : captions) {
      said.push_back({batch_.images[caption.image], captioner_->vocabulary().decode(caption.words),
                      caption.finished});
    }
    return CaptionReward(parse_reward(options_.self_critical.reward, ""), captions_)(said);
  }
  std::vector<DrawnCaption> greedy() {
    Rollout rollout(captioner_->decoder(), Rollout::As::kCaptioning);
    return rollout.greedy(features_, batch_.images, options_.max_words + 1, site());
  }

  /// The gradient of -sum_i weight_i log p(y_i) / normaliser, each caption unrolled alone.
  std::vector<float> definition(const std::vector<DrawnCaption>& captions,
                                const std::vector<double>& weights, double normaliser) {
    std::vector<double> sum;
    for (size_t i = 0; i < captions.size(); ++i) {
      captioner_->parameters().forget_gradients();
      const SingleCaption one = {captions[i].words, captions[i].key, 0};
      const PackedCaptions packed = pack(std::span(&one, 1), 1, Device::cpu());
      DropoutSite replay = site();
      replay.row_key = packed.batch.row_key.data<uint64_t>();
      Tape tape(Tape::Mode::kTrain);
      const auto loop = captioner_->decoder().make_loop();
      const auto image = static_cast<int64_t>(captions[i].image);
      const Var logits = unroll(tape, captioner_->decoder(), *loop,
                                Var(features_.row_range(image, 1)), packed.batch, replay);
      tape.backward({cross_entropy(tape, logits, packed.batch.targets, Tensor(), 0, 1,
                                   captioner_->decoder().vocabulary())});
      const std::vector<float> of_one = gradients(captioner_->parameters());
      sum.resize(of_one.size());
      for (size_t k = 0; k < sum.size(); ++k) sum[k] += weights[i] * of_one[k] / normaliser;
    }
    return {sum.begin(), sum.end()};
  }

  void mask(size_t image) { packed_.masked.push_back(image); }
  const SelfCritical& objective() const { return *objective_; }

  static constexpr DecoderChoice kSoft = {"", DecoderKind::kSoft, CellKind::kLstm};

 private:
  TinyDataset dataset_{TinyDataset::varied_captions(kPictures)};
  CaptionCorpus captions_{dataset_};
  TrainOptions options_;
  std::unique_ptr<Captioner> captioner_;
  std::vector<std::unique_ptr<Captioner>> teachers_;
  Tensor features_;
  CaptionBatch batch_;
  PackedBatch packed_;
  std::unique_ptr<SelfCritical> objective_;
};

void expect_near(const std::vector<float>& got, const std::vector<float>& wanted) {
  ASSERT_EQ(got.size(), wanted.size());
  double most = 0;
  for (const float value : wanted) most = std::max<double>(most, std::abs(value));
  EXPECT_GT(most, 1e-6);
  for (size_t i = 0; i < got.size(); ++i) ASSERT_NEAR(got[i], wanted[i], 2e-5 * most) << i;
}

double words_of(const std::vector<DrawnCaption>& captions) {
  double words = 0;
  for (const DrawnCaption& caption : captions) words += static_cast<double>(caption.words.size());
  return words;
}

/// Each reward less the mean of the two others of its picture.
std::vector<double> leave_one_out_of_three(const std::vector<double>& reward) {
  std::vector<double> advantage;
  for (size_t i = 0; i < reward.size(); ++i) {
    const size_t first = i / 3 * 3;
    const double others = reward[first] + reward[first + 1] + reward[first + 2] - reward[i];
    advantage.push_back(reward[i] - others / 2);
  }
  return advantage;
}

class SelfCriticalOfKinds : public testing::TestWithParam<DecoderChoice> {};

TEST_P(SelfCriticalOfKinds, GradientIsThatOfTheDefinition) {
  for (const bool dropout : {false, true}) {
    Lesson lesson({.epochs = 1, .samples = 3, .dropout = dropout}, GetParam());
    const std::vector<float> got = lesson.gradient();
    const std::vector<DrawnCaption> samples = lesson.samples();
    const std::vector<double> advantage = leave_one_out_of_three(lesson.rewards(samples));
    expect_near(got, lesson.definition(samples, advantage, words_of(samples)));
  }
}

INSTANTIATE_TEST_SUITE_P(All, SelfCriticalOfKinds, testing::ValuesIn(decoders_with_cells()),
                         [](const auto& info) { return info.param.name; });

TEST(SelfCritical, WithTheGreedyBaselineAndCaptionsAsMeanIsThatOfTheDefinition) {
  Lesson lesson({.epochs = 1,
                 .samples = 2,
                 .reward = "cider,bleu_4:2",
                 .baseline = Baseline::kGreedy,
                 .mean = SequenceMean::kCaptions});
  const std::vector<float> got = lesson.gradient();
  const std::vector<DrawnCaption> samples = lesson.samples();
  const std::vector<double> reward = lesson.rewards(samples),
                            greedy = lesson.rewards(lesson.greedy());
  std::vector<double> advantage;
  for (size_t i = 0; i < reward.size(); ++i) advantage.push_back(reward[i] - greedy[i / 2]);
  expect_near(got, lesson.definition(samples, advantage, static_cast<double>(samples.size())));
}

TEST(SelfCritical, WithARiskIsThatOfTheDefinition) {
  Lesson lesson({.epochs = 1, .samples = 4, .loss = SequenceLoss::kRisk});
  const std::vector<float> got = lesson.gradient();
  const std::vector<DrawnCaption> samples = lesson.samples();
  const std::vector<double> reward = lesson.rewards(samples);
  std::vector<double> weights, log_probability;
  std::vector<size_t> words;
  for (const DrawnCaption& sample : samples) {
    log_probability.push_back(sample.log_probability);
    words.push_back(sample.words.size());
  }
  for (size_t begin = 0; begin < samples.size(); begin += 4) {
    for (const double weight : sample_weights(
             {std::span(reward).subspan(begin, 4), std::span(log_probability).subspan(begin, 4),
              std::span(words).subspan(begin, 4), 0},
             SequenceLoss::kRisk, Baseline::kLeaveOneOut)) {
      weights.push_back(weight);
    }
  }
  expect_near(got, lesson.definition(samples, weights, kPictures));
}

TEST(SelfCritical, LearnsNothingFromAPictureThatCannotBeUsed) {
  Lesson lesson({.epochs = 1, .samples = 3});
  lesson.mask(2);
  const std::vector<float> got = lesson.gradient();
  const std::vector<DrawnCaption> samples = lesson.samples();
  std::vector<double> advantage = leave_one_out_of_three(lesson.rewards(samples));
  std::vector<DrawnCaption> usable;
  for (size_t i = 0; i < samples.size(); ++i) {
    if (samples[i].image == 2) {
      advantage[i] = 0;
    } else {
      usable.push_back(samples[i]);
    }
  }
  expect_near(got, lesson.definition(samples, advantage, words_of(usable)));
  for (const Measure& measure : lesson.objective().measures()) {
    EXPECT_EQ(measure.count, static_cast<double>(usable.size())) << measure.name;
  }
}

TEST(SelfCritical, LearnsNothingWhereNoPictureCanBeUsed) {
  for (const SequenceLoss loss : {SequenceLoss::kPolicyGradient, SequenceLoss::kProximal}) {
    Lesson lesson({.epochs = 1, .samples = 3, .loss = loss}, Lesson::kSoft, 2);
    for (size_t image = 0; image < kPictures; ++image) lesson.mask(image);
    for (const float value : lesson.gradient()) ASSERT_EQ(value, 0);
    EXPECT_TRUE(lesson.objective().measures().empty());
  }
}

TEST(SelfCritical, ComparedWithItselfLearnsAsByPolicyGradient) {
  const SelfCriticalOptions policy = {.epochs = 1, .samples = 3};
  SelfCriticalOptions proximal = policy;
  proximal.loss = SequenceLoss::kProximal;
  proximal.proximal.divergence = 0;
  const std::vector<float> wanted = Lesson(policy).gradient();
  EXPECT_EQ(Lesson(proximal).gradient(), wanted);  // to the bit
  proximal.proximal.divergence = 0.5;              // from itself it is 0
  Lesson lesson(proximal);
  expect_near(lesson.gradient(), wanted);
  for (const Measure& measure : lesson.objective().measures()) {
    if (measure.name == "divergence" || measure.name == "clipped") {
      EXPECT_EQ(measure.sum, 0);
    }
  }
}

TEST(SelfCritical, IsHeldBackByTheModelThatItIsComparedWith) {
  const auto gradient = [](double clip, double divergence) {
    return Lesson({.epochs = 1,
                   .samples = 3,
                   .loss = SequenceLoss::kProximal,
                   .proximal = {.clip = clip, .divergence = divergence}},
                  Lesson::kSoft, 2)
        .gradient();
  };
  const std::vector<float> wide = gradient(1, 0);
  EXPECT_NE(gradient(0.01, 0), wide);
  EXPECT_NE(gradient(1, 0.5), wide);
}

TEST(SelfCritical, MeasuresWhatItSampled) {
  Lesson lesson({.epochs = 1, .samples = 3});
  lesson.gradient();
  const std::vector<DrawnCaption> samples = lesson.samples();
  const std::vector<double> reward = lesson.rewards(samples);
  double sum = 0;
  for (const double r : reward) sum += r;
  std::map<std::string, double> means;
  for (const Measure& measure : lesson.objective().measures()) {
    EXPECT_EQ(measure.count, static_cast<double>(samples.size()));
    means[std::string(measure.name)] = measure.sum;
  }
  EXPECT_NEAR(means.at("reward"), sum, 1e-12);
  EXPECT_NEAR(means.at("baseline"), sum, 1e-9);  // of leave-one-out
  EXPECT_NEAR(means.at("advantage"), 0, 1e-9);
  double unfinished = 0;
  for (const DrawnCaption& sample : samples) unfinished += sample.finished ? 0 : 1;
  EXPECT_EQ(means.at("unfinished"), unfinished);
  EXPECT_EQ(means.at("words"),
            words_of(samples) - (static_cast<double>(samples.size()) - unfinished));
  EXPECT_EQ(lesson.objective().signature(), "STANDARD_wInit+Cider-D[n4,s6.0]+average[nspi3]+1.0.0");
}

}  // namespace
}  // namespace storyteller::self_critical_test
