// What a run comes to: data learned by heart, early stopping, files of a run.
#include "train/trainer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <sstream>

#include "core/error.h"
#include "core/system/threads.h"
#include "tests/temporary_folder.h"
#include "tests/train/tiny_training.h"
#include "train/selection.h"

namespace storyteller::trainer_test {
namespace {

/// One caption a picture, all different in length and words.
std::vector<std::vector<std::string>> by_heart() {
  return {{"a red boat"},
          {"two dogs play in the deep snow"},
          {"nobody is at home tonight"},
          {"a child reads"},
          {"three birds on a wire over the wide street"},
          {"the sea is calm"}};
}

/// Nothing that keeps a network from learning by heart, and room enough to.
void let_memorise(TinyTraining& training) {
  training.model().decoder.embedding = 24;
  training.model().decoder.hidden = 48;
  training.model().decoder.embedding_dropout = 0;
  training.model().decoder.output_dropout = 0;
}

TEST(Trainer, LearnsATinyDataSetByHeart) {
  const TemporaryFolder folder;
  TinyTraining training("mobilenet_v2", by_heart(), folder.path());
  let_memorise(training);
  TrainOptions options;
  options.epochs = 90;
  options.batch_size = 2;
  options.learning_rate = 0.01;
  options.schedule.kind = ScheduleKind::kConstant;
  options.patience = 0;
  options.coverage_weight = 0;
  const auto run = training.start(options, folder / "run");
  EXPECT_EQ(run->trainer->run(), Trainer::Outcome::kFinished);
  const auto& history = run->trainer->state().history;
  ASSERT_EQ(history.size(), 90U);
  EXPECT_NEAR(history[0].loss, std::log(run->captioner->vocabulary().size()), 0.5)
      << "the untrained model guesses";
  EXPECT_LT(history.back().loss, 0.03);
  EXPECT_NEAR(history.back().scores["bleu_4"], 1, 1e-6);
  EXPECT_EQ(history.back().distinct, 6);

  // last.storyteller is a model too and says the captions word for word.
  const auto captioner = Captioner::load(folder / "run/last.storyteller", Device::cpu());
  std::vector<size_t> all = {0, 1, 2, 3, 4, 5};
  const Tensor features = Tensor::empty({6, 49, 1280}, DType::kFloat32, Device::cpu());
  training.train_features().copy_rows(all, features.data<float>());
  for (const int beam : {1, 3}) {
    const auto found = captioner->caption(features, {.beam = beam});
    for (size_t i = 0; i < 6; ++i) EXPECT_EQ(captioner->sentence(found[i]), by_heart()[i][0]);
  }
}

TEST(TrainerInFull, LearnsPicturesByHeartFromScratch) {
  set_threads(2);
  const TemporaryFolder folder;
  TinyTraining training("scene_cnn", by_heart(), folder.path());
  let_memorise(training);
  TrainOptions options;
  options.epochs = 100;
  options.batch_size = 6;  // all, so that the running statistics are those of every batch
  options.validation_images = 1;
  options.learning_rate = 0.02;
  options.patience = 0;
  options.coverage_weight = 0;
  const auto run = training.start(options, folder / "run");
  run->trainer->run();
  const auto& history = run->trainer->state().history;
  EXPECT_LT(history.back().loss, 0.1);
  const auto captioner = Captioner::load(folder / "run/last.storyteller", Device::cpu());
  for (size_t i = 0; i < 6; ++i) {
    const std::vector<Image> picture = {training.train().load(i, nullptr)};
    const auto found = captioner->caption(picture, {.beam = 1});
    EXPECT_EQ(captioner->sentence(found[0]), by_heart()[i][0]);
  }
}

TEST(TrainerSlow, AWordDetectorLearnsFirstAndAlone) {
  const TemporaryFolder folder;
  TinyTraining training("form_color_cnn", TinyDataset::varied_captions(10), folder.path());
  training.model().word_detector = true;
  training.model().decoder.output = OutputLayer::kSum;
  TrainOptions options;
  options.batch_size = 6;
  options.epochs = 3;
  options.detector_epochs = 2;
  std::vector<std::pair<int64_t, double>> detected;
  TrainingObserver observer;
  observer.detector_epoch = [&](int64_t epoch, double loss) { detected.emplace_back(epoch, loss); };
  const auto run = training.start(options, folder / "run", observer);
  Parameters& parameters = run->captioner->parameters();
  const auto value = [&](const char* name) {
    return parameters.value(parameters.find(name)).to_host<float>();
  };
  const auto said = value("decoder.output.weight"),
             attended = value("decoder.attention.key.weight"),
             seen = value("decoder.output.context.weight"), stem = value("encoder.stem.weight");
  const int64_t steps = run->trainer->steps_per_epoch();
  for (int64_t step = 0; step < 2 * steps; ++step) run->trainer->train_step();
  EXPECT_EQ(value("decoder.output.weight"), said);
  EXPECT_EQ(value("decoder.attention.key.weight"), attended);
  EXPECT_NE(value("decoder.output.context.weight"), seen);  // the detector reads by this one
  EXPECT_NE(value("encoder.stem.weight"), stem);
  run->trainer->train_step();
  EXPECT_NE(value("decoder.output.weight"), said);

  const auto whole = training.start(options, folder / "whole", observer);
  EXPECT_EQ(whole->trainer->run(), Trainer::Outcome::kFinished);
  ASSERT_EQ(whole->trainer->state().history.size(), 1U);
  EXPECT_EQ(whole->trainer->state().history[0].epoch, 3);
  ASSERT_EQ(detected.size(), 2U);
  EXPECT_EQ(detected[0].first, 1);
  EXPECT_EQ(detected[1].first, 2);
  EXPECT_LT(detected[1].second, detected[0].second);
  EXPECT_GT(detected[1].second, 0);
}

TEST(Trainer, StopsWhenValidationNoLongerImproves) {
  const TemporaryFolder folder;
  const TinyTraining training("mobilenet_v2", TinyDataset::varied_captions(6), folder.path());
  TrainOptions options;
  options.batch_size = 4;
  options.epochs = 50;
  options.learning_rate = 0;  // no epoch is better than the first
  options.patience = 3;
  std::vector<std::string> messages;
  TrainingObserver observer;
  observer.message = [&](const std::string& text) { messages.push_back(text); };
  const auto run = training.start(options, folder / "run", observer);
  EXPECT_EQ(run->trainer->run(), Trainer::Outcome::kFinished);
  EXPECT_EQ(run->trainer->state().validated, 4);
  EXPECT_EQ(run->trainer->state().best_epoch, 4) << "a tie goes to the later epoch";
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_NE(messages[0].find("ended after epoch 4 of 50"), std::string::npos) << messages[0];
  EXPECT_NE(messages[0].find("patience"), std::string::npos) << messages[0];
}

TEST(Trainer, KeepsTheEpochOfTheBestCider) {
  const TemporaryFolder folder;
  const TinyTraining training("mobilenet_v2", TinyDataset::varied_captions(8), folder.path());
  TrainOptions options;
  options.batch_size = 4;
  options.epochs = 12;
  options.learning_rate = 0.03;
  options.patience = 0;
  std::vector<bool> announced;
  TrainingObserver observer;
  observer.epoch = [&](const EpochRecord&, bool best) { announced.push_back(best); };
  const auto run = training.start(options, folder / "run", observer);
  run->trainer->run();
  const TrainingState& state = run->trainer->state();
  const EpochRecord* best = nullptr;
  for (size_t i = 0; i < state.history.size(); ++i) {
    const EpochRecord& record = state.history[i];
    EXPECT_EQ(announced[i], best == nullptr || better(record, *best));
    if (announced[i]) best = &record;
  }
  EXPECT_EQ(state.best_epoch, best->epoch);
  const SafetensorsFile file = SafetensorsFile::open(folder / "run/best.storyteller");
  EXPECT_EQ(history_from_json(file.metadata("storyteller.history"), "").size(),
            static_cast<size_t>(best->epoch));
}

TEST(Trainer, WritesALineOfTheLogForEveryEpoch) {
  const TemporaryFolder folder;
  const TinyTraining training("mobilenet_v2", TinyDataset::varied_captions(6), folder.path());
  TrainOptions options;
  options.batch_size = 5;
  options.epochs = 3;
  options.patience = 0;
  const auto run = training.start(options, folder / "run");
  run->trainer->run();
  std::istringstream log(file_text(folder / "run/log.csv"));
  std::string line;
  std::getline(log, line);
  EXPECT_EQ(line,
            "epoch,step,loss,learning_rate,seconds,bleu_1,bleu_2,bleu_3,bleu_4,rouge_l,cider,"
            "distinct,images,meteor,spice,waited,validation_loss");
  for (const EpochRecord& record : run->trainer->state().history) {
    ASSERT_TRUE(std::getline(log, line));
    std::istringstream fields(line);
    std::vector<double> values;
    for (std::string field; std::getline(fields, field, ',');) {
      values.push_back(field.empty() ? MetricScores::kNone : std::stod(field));
    }
    ASSERT_EQ(values.size(), 17U);
    EXPECT_EQ(values[0], static_cast<double>(record.epoch));
    EXPECT_EQ(values[1], static_cast<double>(record.step));
    EXPECT_NEAR(values[2], record.loss, 1e-4 * record.loss);
    EXPECT_NEAR(values[3], record.learning_rate, 1e-5 * record.learning_rate);
    EXPECT_NEAR(values[8], record.scores["bleu_4"], 1e-5);
    EXPECT_NEAR(values[10], record.scores["cider"], 1e-4);
    EXPECT_EQ(values[12], 6);
    EXPECT_TRUE(std::isnan(values[13])) << "METEOR was not asked for";
    ASSERT_TRUE(record.validation_loss);
    EXPECT_NEAR(values[16], *record.validation_loss, 1e-4 * *record.validation_loss);
  }
  EXPECT_FALSE(std::getline(log, line));
  EXPECT_EQ(run->trainer->state().history.back().step, 9);
}

/// A data set one of whose pictures cannot be decoded.
class DamagedDataset : public TinyDataset {
 public:
  using TinyDataset::TinyDataset;
  Image load(size_t i, std::vector<std::string>* warnings) const override {
    if (i == 2) throw InputError(id(i) + ": not a picture");
    return TinyDataset::load(i, warnings);
  }
};

TEST(Trainer, LeavesOutTheCaptionsOfAPictureThatCannotBeDecoded) {
  const TemporaryFolder folder;
  const auto captions = TinyDataset::varied_captions(4);
  const DamagedDataset damaged(captions);
  const CaptionCorpus corpus(damaged);
  const TinyTraining training("scene_cnn", captions, folder.path());
  TrainOptions options;
  options.batch_size = 8;
  options.epochs = 1;
  const auto whole = training.start(options, folder.path());
  BadPictures bad;
  const TrainingData data{.train = damaged,
                          .train_captions = corpus,
                          .train_features = nullptr,
                          .validation = {{.name = "", .dataset = damaged, .captions = corpus}}};
  Trainer trainer(options, *whole->captioner, data, folder.path(), bad);
  trainer.train_step();
  size_t words = 0;
  const EncodedCaptions encoded(corpus, whole->captioner->vocabulary(), options.max_words);
  for (size_t c = 0; c < corpus.size(); ++c) {
    if (corpus.image(c) != 2) words += encoded.targets(c).size();
  }
  EXPECT_EQ(trainer.state().loss_words, static_cast<double>(words));
  ASSERT_EQ(bad.count(), 1U);
  EXPECT_EQ(bad.all()[0].name, "tiny-2");
}

}  // namespace
}  // namespace storyteller::trainer_test
