// Models with concepts: trained, interrupted and resumed, in parts, of every kind of decoder, kept
// in files, averaged, captioning together.
#include <gtest/gtest.h>

#include <csignal>
#include <string>

#include "core/system/signals.h"
#include "core/system/threads.h"
#include "model/ensemble.h"
#include "model/model_average.h"
#include "model/model_file.h"
#include "tests/decoder_choices.h"
#include "tests/temporary_folder.h"
#include "tests/train/tiny_training.h"

namespace storyteller::concept_training_test {
namespace {

constexpr size_t kImages = 6;  // 12 captions in batches of 5: three steps an epoch
constexpr int64_t kRegions = 49, kWidth = 1280;

class ConceptTraining : public testing::Test {
 protected:
  ConceptTraining()
      : training_("mobilenet_v2", TinyDataset::varied_captions(kImages), folder_.path()) {
    set_threads(2);
    training_.model().concepts = {.count = 8, .inputs = 3, .threshold = 0.01};
    options_.epochs = 2;
    options_.batch_size = 5;
    options_.learning_rate = 0.01;
    options_.patience = 0;
  }

  /// To the end, by a process more than there are cuts.
  std::filesystem::path trained(const std::string& name, std::set<int64_t> cuts = {}) {
    const std::filesystem::path folder = folder_ / name;
    for (size_t left = cuts.size() + 1; left-- > 0;) {
      const StopSignals signals;
      TrainingObserver observer;
      observer.step = [&](const TrainingState& state, int64_t, double) {
        if (cuts.erase(state.step) > 0) std::raise(SIGTERM);
      };
      const auto run = training_.start(options_, folder, observer);
      run->trainer->resume();
      EXPECT_EQ(run->trainer->run() == Trainer::Outcome::kFinished, left == 0);
    }
    return folder;
  }
  static void expect_same(const std::filesystem::path& a, const std::filesystem::path& b) {
    EXPECT_EQ(difference(a / "last.storyteller", b / "last.storyteller"), "");
    EXPECT_EQ(difference(a / "best.storyteller", b / "best.storyteller"), "");
  }

  TemporaryFolder folder_;
  TinyTraining training_;
  TrainOptions options_;
};

Tensor random_features(int64_t pictures) {
  std::vector<float> values;
  for (int64_t i = 0; i < pictures * kRegions * kWidth; ++i) {
    values.push_back(uniform01(philox(11, 0, static_cast<uint64_t>(i))[0]) - 0.5F);
  }
  return Tensor::from({pictures, kRegions, kWidth}, values);
}

TEST_F(ConceptTraining, ResumesToTheSameBitsInMidEpoch) {
  options_.average_decay = 0.9;
  options_.accumulate = 2;
  expect_same(trained("whole"), trained("cut", {1, 3, 5}));
}

TEST_F(ConceptTraining, LearnsEmbeddingAndDetector) {
  const auto run = training_.start(options_, folder_ / "run");
  const auto values = [&](const char* name) {
    const Parameters& parameters = run->captioner->parameters();
    return to_host_float(parameters.value(parameters.find(name)));
  };
  for (const char* name : {"concepts.embedding", "concepts.weight", "concepts.bias"}) {
    const std::vector<float> before = values(name);
    run->trainer->train_step();
    EXPECT_NE(values(name), before) << name;
  }
}

/// The draws are those of the pictures, and the terms count by their share of the batch.
TEST_F(ConceptTraining, APartOfABatchCountsByItsShare) {
  training_.model().decoder.embedding_dropout = training_.model().decoder.output_dropout = 0;
  std::vector<std::vector<float>> gradients;
  for (const int parts : {1, 3}) {
    options_.accumulate = parts;
    const auto run = training_.start(options_, folder_ / ("parts-" + std::to_string(parts)));
    run->trainer->train_step();
    gradients.push_back(to_host_float(run->captioner->parameters().gradients()));
  }
  for (size_t i = 0; i < gradients[0].size(); ++i) {
    ASSERT_NEAR(gradients[0][i], gradients[1][i], 1e-5) << i;
  }
}

TEST_F(ConceptTraining, DetectsWhatTheCaptionsOfItsPicturesName) {
  options_.epochs = 30;
  options_.validation_images = 1;
  const auto model = Captioner::load(trained("run") / "best.storyteller", Device::cpu());
  const Concepts& concepts = *model->concepts();
  std::vector<float> rows(kImages * kRegions * kWidth);
  const size_t images[] = {0, 1, 2, 3, 4, 5};
  training_.train_features().copy_rows(images, rows.data());
  const auto p = concepts.probabilities(Tensor::from({kImages, kRegions, kWidth}, rows));
  const auto K = static_cast<size_t>(concepts.size());
  for (size_t i = 0; i < kImages; ++i) {
    for (size_t k = 0; k < K; ++k) {
      bool named = false;
      for (const auto& tokens : training_.train_captions().of_image(i)) {
        named |= std::ranges::find(tokens, concepts.table().words[k]) != tokens.end();
      }
      EXPECT_EQ(p[i * K + k] > 0.5F, named) << i << ' ' << concepts.table().words[k];
    }
  }
}

TEST_F(ConceptTraining, FilesAveragesAndEnsemblesSayWhatTheModelSays) {
  const std::filesystem::path best = trained("run") / "best.storyteller";
  const auto model = Captioner::load(best, Device::cpu());
  ASSERT_NE(model->concepts(), nullptr);
  const Tensor features = random_features(2);
  const auto said = model->caption(features, model->options().search);
  for (const Caption& caption : said) {  // maps are those of the regions
    EXPECT_EQ(caption.alpha.size(), caption.words.size() * kRegions);
  }
  const std::filesystem::path twice[] = {best, best};
  write_average(twice, StoredType::kF32, folder_ / "mean.storyteller");
  const auto mean = Captioner::load(folder_ / "mean.storyteller", Device::cpu());
  EXPECT_EQ(mean->concepts()->table(), model->concepts()->table());
  const std::string paths[] = {best.string(), (folder_ / "mean.storyteller").string()};
  Ensemble ensemble = Ensemble::load(paths, Device::cpu());
  const auto together = ensemble.captions({&features, 1}, model->options().search);
  for (size_t i = 0; i < said.size(); ++i) {
    EXPECT_EQ(mean->caption(features, model->options().search)[i].words, said[i].words);
    EXPECT_EQ(together[i][0].words, said[i].words);
    EXPECT_EQ(together[i][0].alpha.size(), said[i].alpha.size());
  }
}

TEST_F(ConceptTraining, HalfAFileHoldsThemToo) {
  const auto model = Captioner::load(trained("run") / "best.storyteller", Device::cpu());
  SafetensorsWriter writer;
  model->add_to(writer, StoredType::kBF16);
  writer.write(folder_ / "half.storyteller");
  const auto half = Captioner::load(folder_ / "half.storyteller", Device::cpu());
  const Tensor features = random_features(1);
  const auto p = model->concepts()->probabilities(features),
             of_half = half->concepts()->probabilities(features);
  ASSERT_EQ(p.size(), of_half.size());
  for (size_t k = 0; k < p.size(); ++k) EXPECT_NEAR(p[k], of_half[k], 0.02);
}

TEST_F(ConceptTraining, ModelsOfOtherConceptsHaveNoAverage) {
  const std::filesystem::path one = trained("one") / "best.storyteller";
  training_.model().concepts.count = 7;
  const std::filesystem::path files[] = {one, trained("other") / "best.storyteller"};
  EXPECT_THROW(write_average(files, StoredType::kF32, folder_ / "mean.storyteller"), ModelError);
}

TEST(ModelsWithoutConcepts, SayNothingOfThem) {
  EXPECT_EQ(to_json(ModelOptions{}).find("concept"), std::string::npos);
}

class ConceptsOfEveryDecoder : public testing::TestWithParam<DecoderChoice> {};

TEST_P(ConceptsOfEveryDecoder, ResumeAndCaption) {
  set_threads(2);
  const TemporaryFolder folder;
  TinyTraining training("mobilenet_v2", TinyDataset::varied_captions(4), folder.path());
  training.model().decoder.kind = GetParam().kind;
  training.model().decoder.cell = GetParam().cell;
  training.model().concepts = {.count = 6, .inputs = 2, .threshold = 0.01};
  TrainOptions options;
  options.epochs = 1;
  options.batch_size = 4;
  options.validation_images = 1;
  ASSERT_EQ(training.start(options, folder / "whole")->trainer->run(), Trainer::Outcome::kFinished);
  {
    const StopSignals signals;
    TrainingObserver observer;
    observer.step = [](const TrainingState&, int64_t, double) { std::raise(SIGTERM); };
    ASSERT_EQ(training.start(options, folder / "cut", observer)->trainer->run(),
              Trainer::Outcome::kStopped);
  }
  const auto second = training.start(options, folder / "cut");
  ASSERT_TRUE(second->trainer->resume());
  ASSERT_EQ(second->trainer->run(), Trainer::Outcome::kFinished);
  EXPECT_EQ(difference(folder / "whole/last.storyteller", folder / "cut/last.storyteller"), "");
  const auto model = Captioner::load(folder / "cut/best.storyteller", Device::cpu());
  const auto said = model->caption(random_features(1), {.beam = 2, .max_words = 3});
  if (model->decoder().attends()) {
    EXPECT_EQ(said[0].alpha.size(), said[0].words.size() * kRegions);
  }
}

INSTANTIATE_TEST_SUITE_P(All, ConceptsOfEveryDecoder, testing::ValuesIn(decoders_with_cells()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace storyteller::concept_training_test
