// A training from the library alone: what a program does that has no command line.
#include "train/session/training_session.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <utility>

#include "core/error.h"
#include "core/system/threads.h"
#include "model/style_tokens.h"
#include "tests/temporary_folder.h"

namespace storyteller::training_session_test {
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

/// Two sets of scenes, the second half as often.
class SeveralSetsTest : public TrainingSessionTest {
 protected:
  SessionOptions both() const {
    SessionOptions several = options();
    several.data = "large=scenes:train=24,val=4";
    several.more_data = {"small=scenes:train=12,val=3,seed=9"};
    return several;
  }
  static void shorten(TrainingSession& session, int epochs) {
    TrainingSessionTest::shorten(session, epochs);
    session.config().assign("data_weights=small:0.5");
  }
  TrainingOutcome train(int epochs) {
    TrainingSession session(both());
    shorten(session, epochs);
    SessionObserver observer;
    observer.message = [&](const std::string& text) { said_.push_back(text); };
    session.open(Device::cpu(), observer);
    EXPECT_EQ(session.train().dataset->id(24), "small/" + session.train().dataset->id(0).substr(6));
    const TrainingOutcome outcome = session.run();
    history_ = session.state().history;
    return outcome;
  }

  std::vector<std::string> said_;
  std::vector<EpochRecord> history_;
};

TEST_F(SeveralSetsTest, LearnTogetherAndAreScoredEachByItself) {
  ASSERT_EQ(train(2), TrainingOutcome::kFinished);
  const auto says = [&](const std::string& text) {
    return std::find(said_.begin(), said_.end(), text) != said_.end();
  };
  EXPECT_TRUE(says("large: 24 pictures, 120 captions"));
  EXPECT_TRUE(says("small: 12 pictures, 60 captions, seen 0.5 times an epoch"));
  ASSERT_EQ(history_.size(), 1U);
  ASSERT_EQ(history_[0].sets.size(), 2U);
  EXPECT_EQ(history_[0].sets[0].name, "large");
  EXPECT_EQ(history_[0].sets[0].images, 4);
  EXPECT_EQ(history_[0].sets[1].name, "small");
  EXPECT_EQ(history_[0].sets[1].images, 3);
  EXPECT_NE(file_text(folder_ / "run/config.json").find("small:0.5"), std::string::npos);
  const std::string log = file_text(folder_ / "run/log.csv");
  EXPECT_NE(log.find("large/cider"), std::string::npos) << log;
  EXPECT_NE(log.find("small/cider"), std::string::npos) << log;
}

TEST_F(SeveralSetsTest, GoOnAsTheyBegan) {
  ASSERT_EQ(train(2), TrainingOutcome::kFinished);
  SessionOptions resuming = both();
  resuming.resume = true;
  {
    TrainingSession session(resuming);
    EXPECT_EQ(session.recipe().train.data_weights, "small:0.5") << "of the run";
    session.config().assign("epochs=3");
    session.open(Device::cpu(), {});
    EXPECT_EQ(session.run(), TrainingOutcome::kFinished);
    EXPECT_EQ(session.state().validated, 3);
  }
  const auto refused = [&] {
    TrainingSession session(resuming);
    session.config().assign("epochs=4");
    session.config().assign("data_weights=");
    session.open(Device::cpu(), {});
    return message_of<UsageError>([&] { session.run(); });
  };
  std::swap(resuming.data, resuming.more_data[0]);
  EXPECT_NE(refused().find("the data sets are small, large, the run has large, small"),
            std::string::npos)
      << refused();
  std::swap(resuming.data, resuming.more_data[0]);
  resuming.more_data[0] = "small=scenes:train=12,val=3,seed=8";
  EXPECT_NE(refused().find("train of small is 12 pictures"), std::string::npos) << refused();
  resuming.more_data.clear();
  EXPECT_NE(refused().find("the run has large, small"), std::string::npos) << refused();
}

TEST_F(SeveralSetsTest, AreRefusedWhereTheirNamesOrWeightsCannotBe) {
  SessionOptions same = both();
  same.more_data = {"scenes:seed=3", "scenes:seed=4"};
  message_of<UsageError>([&] { TrainingSession session(same); });
  TrainingSession session(both());
  session.config().assign("data_weights=smal:2");
  const std::string message = message_of<UsageError>([&] { session.check_settings(); });
  EXPECT_NE(message.find("no data set is called 'smal'"), std::string::npos) << message;
  EXPECT_NE(message.find("small"), std::string::npos) << message;
}

TEST_F(SeveralSetsTest, ThatCannotBeOpenedAreNamed) {
  SessionOptions broken = both();
  broken.more_data = {"gone=jsonl:" + (folder_ / "nowhere").string()};
  TrainingSession session(broken);
  const std::string message = message_of<InputError>([&] { session.open(Device::cpu(), {}); });
  EXPECT_NE(message.find("data set 'gone': "), std::string::npos) << message;
}

TEST_F(SeveralSetsTest, HaveStylesThatTheModelKeeps) {
  {
    TrainingSession session(both());
    shorten(session, 2);
    session.config().assign("style_tokens=true");
    session.open(Device::cpu(), {});
    EXPECT_EQ(styles_of(session.captioner().vocabulary()),
              (std::vector<std::string>{"large", "small"}));
    session.run();
  }
  const auto model = Captioner::load(folder_ / "run/best.storyteller", Device::cpu());
  EXPECT_EQ(styles_of(model->vocabulary()), (std::vector<std::string>{"large", "small"}));
  SessionOptions from = both();
  from.initial_model = folder_ / "run/best.storyteller";
  from.run_folder = folder_ / "other";
  {
    TrainingSession session(from);
    EXPECT_TRUE(session.recipe().train.style_tokens) << "of the model";
    session.check_settings();
    session.config().assign("style_tokens=false");
    message_of<UsageError>([&] { session.check_settings(); });
  }
  from.more_data = {"third=scenes:train=12,val=3,seed=9"};
  TrainingSession session(from);
  const std::string message = message_of<UsageError>([&] { session.check_settings(); });
  EXPECT_NE(message.find("knows no style 'third'"), std::string::npos) << message;
}

/// Captions without pictures are beside drawn scenes, whose encoder learns: nothing is decoded or
/// validated for them, and their words become the model's.
TEST_F(TrainingSessionTest, LearnsWordsFromCaptionsWithoutPictures) {
  std::ofstream(folder_ / "words.tsv") << "1\tA zebra on grass\n1\tOne zebra\n2\tA giraffe\n";
  SessionOptions both = options();
  both.more_data = {"text:" + (folder_ / "words.tsv").string()};
  const auto configure = [](TrainingSession& session) {
    shorten(session, 2);
    session.config().assign("concepts=30");
    session.config().assign("concept_threshold=0");
    session.config().assign("validation_images=4");
  };
  {
    TrainingSession session(both);
    configure(session);
    const std::string message =
        message_of<UsageError>([&] { session.open(Device::cpu(), SessionObserver{}); });
    EXPECT_NE(message.find("`word_detector`: 2 pictures have captions alone"), std::string::npos)
        << message;
  }
  std::vector<std::string> said;
  SessionObserver observer;
  observer.message = [&](const std::string& text) { said.push_back(text); };
  TrainingSession session(both);
  configure(session);
  session.config().assign("word_detector=false");
  session.open(Device::cpu(), observer);
  EXPECT_EQ(session.train().dataset->size(), 26U);
  EXPECT_EQ(session.validations().size(), 1U);
  EXPECT_EQ(session.run(), TrainingOutcome::kFinished);
  EXPECT_TRUE(session.bad().empty());
  const auto captioner = Captioner::load(session.folder().best(), Device::cpu());
  EXPECT_GE(captioner->vocabulary().id("giraffe"), Vocabulary::kSpecialTokens);
  ASSERT_NE(captioner->concepts(), nullptr);
  EXPECT_EQ(captioner->concepts()->size(), 30);
}

TEST_F(TrainingSessionTest, CaptionsWithoutPicturesAreNotTrainedOnAlone) {
  std::ofstream(folder_ / "words.tsv") << "1\tA zebra on grass\n";
  SessionOptions alone = options();
  alone.data = "text:" + (folder_ / "words.tsv").string();
  TrainingSession session(alone);
  message_of<NoSuchSplit>([&] { session.open(Device::cpu(), SessionObserver{}); });
}

}  // namespace
}  // namespace storyteller::training_session_test
