// The loss of distillation and its gradient are those of the definition, formed word by word from
// the teachers' probabilities.
#include "train/objectives/distillation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "tests/decoder_choices.h"
#include "tests/op_case.h"
#include "tests/temporary_folder.h"
#include "tests/train/tiny_training.h"
#include "train/objectives/unroll.h"

namespace storyteller::distillation_test {
namespace {

constexpr int64_t kPictures = 4;
constexpr size_t kMasked = 1;
constexpr uint64_t kSeed = 1, kStep = 6;

/// A student, models that may teach it, a packed batch with a picture that is not usable.
class Lesson {
 public:
  Lesson(DType precision, float dropout, const DecoderChoice& choice = kSoft) {
    ModelOptions model;
    model.encoder = "scene_cnn";
    model.decoder.kind = choice.kind;
    model.decoder.cell = choice.cell;
    model.decoder.embedding = model.decoder.hidden = model.decoder.attention = 12;
    model.decoder.embedding_dropout = model.decoder.output_dropout = dropout;
    const Vocabulary vocabulary = Vocabulary::build(captions_.word_counts(), 1);
    for (uint64_t m = 0; m < 3; ++m) {
      models_.push_back(std::make_unique<Captioner>(model, vocabulary, Device::cpu(), kSeed + m,
                                                    /*with_gradients=*/m == 0, precision));
    }
    const Shape features = {kPictures, student().encoder().regions(), student().encoder().width()};
    features_ = tensor_of(features, random_array(9, features.elements(), 0, 1), precision);
    const EncodedCaptions encoded(captions_, vocabulary, options_.max_words);
    BatchSampler(encoded.lengths(), {.batch = encoded.lengths().size()}).next(&batch_);
    BatchPacker packer(vocabulary.size());
    packer.assign(batch_, encoded);
    packer.mask_image(batch_, kMasked);
    packer.finish(batch_, Device::cpu(), &packed_);
    student().decoder().refresh();
  }

  Captioner& student() { return *models_[0]; }
  std::span<const std::unique_ptr<Captioner>> models(size_t first, size_t count) const {
    return std::span(models_).subspan(first, count);
  }
  ObjectiveContext context(std::span<const std::unique_ptr<Captioner>> teachers) {
    return {options_, student(), captions_, teachers};
  }

  struct Learned {
    double loss = 0;
    Array gradient;
  };
  Learned learn(std::span<const std::unique_ptr<Captioner>> teachers) {
    Distillation objective(context(teachers));
    student().parameters().forget_gradients();
    Tape tape(Tape::Mode::kTrain);
    std::vector<LossTerm> terms;
    objective.record(tape,
                     {.batch = batch_,
                      .packed = packed_,
                      .encoded = Var(features_),
                      .features = Var(features_),
                      .seed = kSeed,
                      .step = kStep},
                     &terms);
    EXPECT_EQ(terms.size(), 1U);
    EXPECT_EQ(terms[0].per, Per::kWord);
    Learned learned{.loss = array_of(terms[0].value.value())[0], .gradient = {}};
    tape.backward({terms[0].value});
    learned.gradient = gradients();
    return learned;
  }

  /// With q_nv the mean of the teachers' probabilities, 1/words sum_nv q_nv -log p_nv and, word for
  /// word of the vocabulary, the gradient of that.
  Learned definition(std::span<const std::unique_ptr<Captioner>> teachers) {
    Array q;
    for (const auto& teacher : teachers) {
      teacher->decoder().refresh();
      const Array p = probabilities(*teacher, Tape::Mode::kInfer);
      q.resize(p.size());
      for (size_t i = 0; i < p.size(); ++i) q[i] += p[i] / static_cast<double>(teachers.size());
    }
    const Array p = probabilities(student(), Tape::Mode::kTrain);
    const std::vector<int32_t> targets = packed_.targets.to_host<int32_t>();
    const int64_t V = student().vocabulary().size(), N = std::ssize(targets);
    Learned defined;
    for (int64_t i = 0; i < N * V; ++i) {
      if (targets[static_cast<size_t>(i / V)] >= 0) defined.loss -= q[i] * std::log(p[i]);
    }
    defined.loss /= packed_.counted;
    for (int64_t v = 0; v < V; ++v) {
      std::vector<int32_t> always(targets);
      Array weight;
      for (int64_t n = 0; n < N; ++n) {
        if (always[n] >= 0) always[n] = static_cast<int32_t>(v);
        weight.push_back(q[n * V + v]);
      }
      student().parameters().forget_gradients();
      Tape tape(Tape::Mode::kTrain);
      const auto loop = student().decoder().make_loop();
      const Var logits = unroll(tape, student().decoder(), *loop, Var(features_), packed_, site());
      tape.backward({cross_entropy(tape, logits, Tensor::from({N}, always, Device::cpu()),
                                   wide_beside(logits, {N}, weight), 0, packed_.counted)});
      const Array of_word = gradients();
      defined.gradient.resize(of_word.size());
      for (size_t i = 0; i < of_word.size(); ++i) defined.gradient[i] += of_word[i];
    }
    return defined;
  }

  static constexpr DecoderChoice kSoft = {"", DecoderKind::kSoft, CellKind::kLstm};

 private:
  DropoutSite site() const {
    return {.seed = kSeed, .step = kStep, .row_key = packed_.row_key.data<uint64_t>()};
  }
  /// (N,V)
  Array probabilities(Captioner& model, Tape::Mode mode) {
    Tape tape(mode);
    const auto loop = model.decoder().make_loop();
    Array p =
        array_of(unroll(tape, model.decoder(), *loop, Var(features_), packed_, site()).value());
    const int64_t V = model.vocabulary().size();
    for (auto row = p.begin(); row != p.end(); row += V) {
      double sum = 0;
      for (auto x = row; x != row + V; ++x) sum += * x = std::exp(*x);
      for (auto x = row; x != row + V; ++x) *x /= sum;
    }
    return p;
  }
  Array gradients() {
    const Parameters& parameters = student().parameters();
    Array all;
    for (Parameters::Id id = 0; id < parameters.size(); ++id) {
      const GradientSlot* slot = parameters.var(id).slot();
      if (parameters.is_buffer(id) || slot == nullptr) continue;
      const Array of_one = array_of(slot->gradient);
      all.insert(all.end(), of_one.begin(), of_one.end());
    }
    return all;
  }

  TinyDataset dataset_{TinyDataset::varied_captions(kPictures)};
  CaptionCorpus captions_{dataset_};
  TrainOptions options_;
  std::vector<std::unique_ptr<Captioner>> models_;
  Tensor features_;
  CaptionBatch batch_;
  PackedBatch packed_;
};

double greatest(const Array& values) {
  double most = 0;
  for (const double value : values) most = std::max(most, std::abs(value));
  return most;
}

void expect_near(const Lesson::Learned& got, const Lesson::Learned& wanted, double tolerance) {
  EXPECT_NEAR(got.loss, wanted.loss, tolerance * wanted.loss);
  const double most = greatest(wanted.gradient);
  EXPECT_GT(most, 1e-4);
  ASSERT_EQ(got.gradient.size(), wanted.gradient.size());
  for (size_t i = 0; i < got.gradient.size(); ++i) {
    ASSERT_NEAR(got.gradient[i], wanted.gradient[i], tolerance * most) << i;
  }
}

class DistillationOfKinds : public testing::TestWithParam<DecoderChoice> {};

TEST_P(DistillationOfKinds, IsTheDefinitionWithDropoutOfTheStudentAlone) {
  Lesson lesson(DType::kFloat64, 0.3F, GetParam());
  expect_near(lesson.learn(lesson.models(1, 2)), lesson.definition(lesson.models(1, 2)), 1e-10);
}

INSTANTIATE_TEST_SUITE_P(All, DistillationOfKinds, testing::ValuesIn(decoders_with_cells()),
                         [](const auto& info) { return info.param.name; });

TEST(Distillation, OfOneTeacherIsTheDefinition) {
  for (const auto& [precision, tolerance] :
       {std::pair(DType::kFloat64, 1e-10), {DType::kFloat32, 5e-5}}) {
    Lesson lesson(precision, 0.3F);
    expect_near(lesson.learn(lesson.models(2, 1)), lesson.definition(lesson.models(2, 1)),
                tolerance);
  }
}

TEST(Distillation, NothingIsToBeLearnedFromOneself) {
  for (const auto& [precision, tolerance] :
       {std::pair(DType::kFloat64, 1e-14), {DType::kFloat32, 1e-6}}) {
    Lesson lesson(precision, 0);
    EXPECT_GT(greatest(lesson.learn(lesson.models(1, 1)).gradient), 1e-3);
    EXPECT_LT(greatest(lesson.learn(lesson.models(0, 1)).gradient), tolerance);
  }
}

TEST(Distillation, NeedsATeacher) {
  Lesson lesson(DType::kFloat32, 0);
  message_of<InternalError>([&] { lesson.learn({}); });
}

}  // namespace
}  // namespace storyteller::distillation_test
