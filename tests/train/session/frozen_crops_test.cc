// An encoder that does not learn sees crops all the same: each epoch encodes its own.
#include <gtest/gtest.h>

#include "core/system/threads.h"
#include "tests/temporary_folder.h"
#include "tests/train/random_encoder.h"
#include "tests/train/tiny_training.h"
#include "train/session/training_session.h"

namespace storyteller::frozen_crops_test {
namespace {

TEST(FrozenCrops, AreLearnedFrom) {
  set_threads(2);
  const TemporaryFolder folder;
  write_random_encoder(folder / "encoder.safetensors");
  const auto train = [&](const std::string& run, const std::vector<std::string>& settings) {
    TrainingSession session({.data = "scenes:train=4,val=1",
                             .run_folder = folder / run,
                             .cache = folder / "cache",
                             .encoder_weights = folder / "encoder.safetensors"});
    for (const char* setting :
         {"encoder=mobilenet_v2", "encoder_side=64", "word_detector=false", "detector_epochs=0",
          "embedding=8", "hidden=8", "attention=8", "epochs=2"}) {
      session.config().assign(setting);
    }
    for (const std::string& setting : settings) session.config().assign(setting);
    session.open(Device::cpu(), {});
    EXPECT_EQ(session.run(), TrainingOutcome::kFinished);
    return folder / run / "last.storyteller";
  };
  const std::filesystem::path whole = train("whole", {}), cropped = train("cropped", {"crop=0.5"}),
                              again = train("again", {"crop=0.5"});
  EXPECT_NE(difference(whole, cropped), "");
  EXPECT_EQ(difference(cropped, again), "");
}

}  // namespace
}  // namespace storyteller::frozen_crops_test
