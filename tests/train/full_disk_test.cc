// Promise: a full disk or an I/O error loses nothing of a training, wherever it strikes.
#include <gtest/gtest.h>

#include <cerrno>
#include <iostream>

#include "core/error.h"
#include "core/system/atomic_file.h"
#include "tests/temporary_folder.h"
#include "tests/train/tiny_training.h"

namespace storyteller::full_disk_test {
namespace {

int calls_until_failure = 0;
int fail_kth_call(const char* call) {
  if (std::string_view(call) == "lock") return 0;
  return --calls_until_failure == 0 ? ENOSPC : 0;
}

TrainOptions options_of(int epochs) {
  TrainOptions options;
  options.epochs = epochs;
  options.batch_size = 6;
  options.patience = 0;
  options.average_decay = 0.9;
  return options;
}

void go_on(const TinyTraining& training, int epochs, const std::filesystem::path& folder) {
  const auto run = training.start(options_of(epochs), folder);
  run->trainer->resume();
  EXPECT_EQ(run->trainer->run(), Trainer::Outcome::kFinished);
}

/// Trains from the beginning with every `stride`-th call of its saves failing, one in each attempt,
/// until an attempt meets none. Returns the number of attempts that failed.
int fail_each_call(int stride) {
  const TemporaryFolder folder;
  const TinyTraining training("mobilenet_v2", TinyDataset::varied_captions(8), folder.path());
  go_on(training, 2, folder / "whole");
  int failures = 0;
  for (bool done = false; !done; ++failures) {
    const auto run = folder / "run";
    std::filesystem::remove_all(run);
    calls_until_failure = 1 + failures * stride;
    set_file_fault(fail_kth_call);
    try {
      training.start(options_of(2), run)->trainer->run();
      done = true;
    } catch (const IoError& error) {
      const std::string message = error.what();
      EXPECT_NE(message.find(run.string()), std::string::npos) << message;
      EXPECT_NE(message.find("No space left on device"), std::string::npos) << message;
      EXPECT_NE(message.find(" bytes needed, "), std::string::npos) << message;
    }
    set_file_fault(nullptr);
    for (const auto& entry : std::filesystem::directory_iterator(run)) {
      EXPECT_FALSE(entry.path().filename().string().starts_with('.')) << entry.path();
      if (entry.path().extension() == ".storyteller") {
        EXPECT_NO_THROW(SafetensorsFile::open(entry.path())) << failures;
      }
    }
    go_on(training, 2, run);  // with room again, to the end that it would have come to
    EXPECT_EQ(difference(folder / "whole/last.storyteller", run / "last.storyteller"), "");
    EXPECT_EQ(difference(folder / "whole/best.storyteller", run / "best.storyteller"), "");
  }
  return failures - 1;
}

TEST(FullDisk, AFailureOfAnySaveOfATrainingLosesNothing) { EXPECT_GE(fail_each_call(37), 5); }

TEST(FullDiskInFull, AFailureOfEveryCallOfEverySaveOfATrainingLosesNothing) {
  const int failures = fail_each_call(1);
  EXPECT_GE(failures, 200);
  RecordProperty("failures", failures);
  std::cout << failures << " calls failed, one in each run; nothing was lost\n";
}

}  // namespace
}  // namespace storyteller::full_disk_test
