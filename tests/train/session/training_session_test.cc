// A training from the library alone: what a program does that has no command line.
#include "train/session/training_session.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "core/system/threads.h"
#include "tests/temporary_folder.h"

namespace storyteller {
namespace {

class TrainingSessionTest : public testing::Test {
 protected:
  void SetUp() override { set_threads(2); }

  SessionOptions options() const {
    return {
        .data = "scenes:train=24,val=4", .run_folder = folder_ / "run", .cache = folder_ / "cache"};
  }
  static void shorten(TrainingSession& session, int epochs) {
    session.config().assign("epochs=" + std::to_string(epochs));
    session.config().assign("detector_epochs=1");
    session.config().assign("batch_size=24");
  }

  TemporaryFolder folder_;
};

TEST_F(TrainingSessionTest, TrainsAndGoesOn) {
  std::vector<std::string> said;
  SessionObserver observer;
  observer.message = [&](const std::string& text) { said.push_back(text); };
  {
    TrainingSession session(options());
    EXPECT_EQ(session.recipe().model.encoder, "form_color_cnn");
    shorten(session, 2);
    session.open(Device::cpu(), observer);
    EXPECT_EQ(session.train().dataset->size(), 24U);
    EXPECT_EQ(session.run(), TrainingOutcome::kFinished);
    EXPECT_EQ(session.state().validated, 2);
    EXPECT_TRUE(session.bad().empty());
  }
  ASSERT_FALSE(said.empty());
  EXPECT_NE(said[0].find("24 pictures"), std::string::npos) << said[0];

  message_of<UsageError>([&] { TrainingSession again(options()); });
  SessionOptions resuming = options();
  resuming.resume = true;
  TrainingSession session(resuming);
  EXPECT_EQ(session.recipe().train.epochs, 2) << "of the run";
  session.config().assign("epochs=3");
  session.open(Device::cpu(), observer);
  EXPECT_EQ(session.run(), TrainingOutcome::kFinished);
  EXPECT_EQ(session.state().validated, 3);
  const auto captioner = Captioner::load(session.folder().best(), Device::cpu());
  EXPECT_EQ(captioner->options().encoder, "form_color_cnn");
}

TEST_F(TrainingSessionTest, WithoutAnObserverIsSilent) {
  TrainingSession session(options());
  shorten(session, 1);
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  session.open(Device::cpu(), {});
  EXPECT_EQ(session.run(), TrainingOutcome::kFinished);
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST_F(TrainingSessionTest, TakesTheModelItStartsFrom) {
  {
    TrainingSession session(options());
    shorten(session, 1);
    session.config().assign("hidden=32");
    session.open(Device::cpu(), {});
    session.run();
  }
  SessionOptions from = options();
  from.initial_model = folder_ / "run/best.storyteller";
  from.run_folder = folder_ / "other";
  TrainingSession session(from);
  EXPECT_EQ(session.recipe().model.decoder.hidden, 32);
  session.config().assign("hidden=64");
  const std::string message = message_of<UsageError>([&] { session.check_settings(); });
  EXPECT_NE(message.find("hidden is 64, the model has 32"), std::string::npos) << message;
  message_of<UsageError>([&] { session.open(Device::cpu(), {}); });
  EXPECT_FALSE(std::filesystem::exists(folder_ / "other")) << "nothing was begun";
}

}  // namespace
}  // namespace storyteller
