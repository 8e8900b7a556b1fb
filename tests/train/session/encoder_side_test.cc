// A model that starts another run may see larger pictures there; one that goes on may not.
#include <gtest/gtest.h>

#include "core/error.h"
#include "core/serialization/safetensors_writer.h"
#include "core/system/threads.h"
#include "tests/temporary_folder.h"
#include "tests/train/random_encoder.h"
#include "train/session/resume.h"
#include "train/session/training_session.h"

namespace storyteller::encoder_side_test {
namespace {

constexpr int kSide = 64, kLarger = 96;

class EncoderSide : public testing::Test {
 protected:
  void SetUp() override {
    set_threads(2);
    write_random_encoder(folder_ / "encoder.safetensors");
  }
  SessionOptions options(const std::string& run) const {
    return {.data = "scenes:train=3,val=1",
            .run_folder = folder_ / run,
            .cache = folder_ / "cache",
            .encoder_weights = folder_ / "encoder.safetensors"};
  }
  SessionOptions from_first() const {
    SessionOptions options = this->options("second");
    options.encoder_weights.clear();
    options.initial_model = folder_ / "first/best.storyteller";
    return options;
  }
  static void train(TrainingSession& session, const std::vector<std::string>& settings) {
    for (const std::string& setting : settings) session.config().assign(setting);
    session.open(Device::cpu(), {});
    EXPECT_EQ(session.run(), TrainingOutcome::kFinished);
  }
  void train_first() const {
    TrainingSession first(options("first"));
    train(first, {"encoder=mobilenet_v2", "encoder_resize=crop",
                  "encoder_side=" + std::to_string(kSide), "word_detector=false",
                  "detector_epochs=0", "embedding=8", "hidden=8", "attention=8", "epochs=1"});
  }
  /// A file of a model that was made by nobody.
  SafetensorsFile file_of(const ModelOptions& options) const {
    const std::vector<WordCount> words = {{"a", 9}};
    const Captioner model(options, Vocabulary::build(words, 1), Device::cpu(), 1,
                          /*with_gradients=*/false);
    SafetensorsWriter writer;
    model.add_to(writer);
    writer.write(folder_ / "made.storyteller");
    return SafetensorsFile::open(folder_ / "made.storyteller");
  }

  TemporaryFolder folder_;
};

TEST_F(EncoderSide, OfAModelToStartFromMayChange) {
  train_first();
  TrainingSession second(from_first());
  EXPECT_EQ(second.recipe().model.encoder_choices.side, kSide);
  train(second, {"encoder_side=" + std::to_string(kLarger), "epochs=1"});
  const auto before = Captioner::load(folder_ / "first/best.storyteller", Device::cpu());
  const auto after = Captioner::load(folder_ / "second/best.storyteller", Device::cpu());
  EXPECT_EQ(after->options().encoder_choices.side, kLarger);
  Preprocessing wanted = before->preprocessing();
  EXPECT_EQ(wanted.width, kSide);
  wanted.width = wanted.height = kLarger;
  wanted.short_side = kLarger * 256 / 224;
  EXPECT_EQ(after->preprocessing(), wanted);
  EXPECT_EQ(before->encoder().regions(), 4);
  const Image picture = solid_image(50, 40, {200, 90, 30});
  EXPECT_EQ(after->encode({&picture, 1}).shape(), (Shape{1, 9, 1280}));
  const auto weights = [](Captioner& model) {
    const Parameters& parameters = model.parameters();
    return parameters.value(parameters.find("encoder.features.18.0.weight")).to_host<float>();
  };
  EXPECT_EQ(weights(*after), weights(*before));
}

TEST_F(EncoderSide, OfARunThatGoesOnMayNot) {
  train_first();
  SessionOptions resuming = options("first");
  resuming.resume = true;
  TrainingSession session(resuming);
  session.config().assign("encoder_side=96");
  const std::string message = message_of<UsageError>([&] { session.check_settings(); });
  EXPECT_NE(message.find("`resume`: encoder_side is 96, the run has 64"), std::string::npos)
      << message;
}

TEST_F(EncoderSide, OfEncodersThatAreBoundToItMayNot) {
  const auto refused = [&](const ModelOptions& options) {
    const SafetensorsFile file = file_of(options);
    ModelOptions now = options;
    EXPECT_NO_THROW(require_same_model(now, file, /*resumes=*/false));
    now.encoder_choices.side = kLarger;
    return message_of<UsageError>([&] { require_same_model(now, file, /*resumes=*/false); });
  };
  ModelOptions options;
  options.decoder.embedding = options.decoder.hidden = options.decoder.attention = 4;
  options.encoder = "scene_cnn";
  std::string message = refused(options);
  EXPECT_NE(message.find("`encoder_side` is 96, the model has 0, and it cannot change: the encoder "
                         "scene_cnn has a side of its own"),
            std::string::npos)
      << message;
  options.encoder = "squeezenet1_1";
  options.encoder_choices.input = EncoderChoices::Input::kMeanImage;
  options.encoder_choices.side = kSide;
  message = refused(options);
  EXPECT_NE(message.find("the mean picture that is subtracted"), std::string::npos) << message;
}

}  // namespace
}  // namespace storyteller::encoder_side_test
