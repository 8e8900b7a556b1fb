// The program itself, stopped by SIGTERM, SIGINT and kill -9 at moments that nobody chose, then
// resumed: weights, moments and average end in the bits of the run that nobody stopped.
#include <gtest/gtest.h>

#include <csignal>
#include <cstdint>
#include <set>

#include <nlohmann/json.hpp>

#include "core/random_stream.h"
#include "tests/run_program.h"
#include "tests/temporary_folder.h"
#include "tests/train/random_encoder.h"
#include "tests/train/tiny_training.h"

namespace storyteller::resume_binary_test {
namespace {

/// Steps that a checkpoint has behind it, from its header alone; 0 without a file.
int64_t steps_in(const std::filesystem::path& checkpoint) {
  std::ifstream in(checkpoint, std::ios::binary);
  uint64_t size = 0;
  if (!in.read(reinterpret_cast<char*>(&size), sizeof size)) return 0;
  std::string header(size, ' ');
  if (!in.read(header.data(), static_cast<std::streamsize>(size))) return 0;
  const auto metadata = nlohmann::json::parse(header)["__metadata__"];
  return nlohmann::json::parse(metadata["storyteller.training"].get<std::string>())["step"];
}

/// 60 captions in batches of 14: five steps an epoch, the last of 4.
std::vector<std::string> train_command(const TemporaryFolder& folder, const std::string& encoder,
                                       const std::string& out, bool resume) {
  std::vector<std::string> arguments = {"train",
                                        "--data",
                                        "scenes:train=12,val=4",
                                        "--out",
                                        folder / out,
                                        "--threads",
                                        "2",
                                        "--cache",
                                        folder / "cache",
                                        "--encoder-weights",
                                        folder / "encoder.safetensors"};
  for (const char* setting :
       {"epochs=3", "batch_size=14", "captions_per_image=5", "embedding=8", "hidden=16",
        "attention=8", "checkpoint_seconds=0", "average_decay=0.9", "loader_threads=2", "beam=2"}) {
    arguments.insert(arguments.end(), {"--set", setting});
  }
  arguments.insert(arguments.end(), {"--set", "encoder=" + encoder});
  if (resume) arguments.push_back("--resume");
  return arguments;
}

constexpr int64_t kSteps = 15;

class ResumeBinarySlow : public testing::TestWithParam<std::string> {
 protected:
  ResumeBinarySlow() {
    if (is_pretrained(GetParam())) write_random_encoder(folder_ / "encoder.safetensors");
  }

  void train_whole() {
    const Ended whole = run_storyteller(train_command(folder_, GetParam(), "whole", false));
    ASSERT_EQ(whole.code, 0) << whole.err;
    EXPECT_EQ(whole.out, (folder_ / "whole/best.storyteller").string() + "\n");
    ASSERT_EQ(steps_in(folder_ / "whole/last.storyteller"), kSteps);
  }

  /// Starts, strikes `signal` once the run has gone `steps` further and some time more, and
  /// resumes, until it ends by itself. Returns how often it was struck.
  int train_struck(const std::string& out, int signal, uint64_t seed) {
    RandomStream random(seed, 0);
    const auto checkpoint = folder_ / out / "last.storyteller";
    for (int struck = 0;; ++struck) {
      Program program(train_command(folder_, GetParam(), out, struck > 0));
      const int64_t goal = steps_in(checkpoint) + 1 + random.below(4);
      while (program.running() && steps_in(checkpoint) < goal) sleep_milliseconds(1);
      sleep_milliseconds(random.below(40));
      program.send(signal);
      const Ended ended = program.wait();
      // A kill cannot be caught: one between the result and the end strikes a finished run.
      if (ended.code == 0 || (signal == SIGKILL && !ended.out.empty())) return struck;
      EXPECT_EQ(ended.code, 128 + signal) << ended.err;
      EXPECT_EQ(ended.killed, signal == SIGKILL);
      EXPECT_EQ(ended.out, "");
      if (struck > 0) {
        EXPECT_NE(ended.err.find("resumed at step"), std::string::npos) << ended.err;
      }
      if (ended.code != 128 + signal || struck > 30) return -1;
    }
  }

  void expect_as_whole(const std::string& out) const {
    for (const char* file : {"last.storyteller", "best.storyteller"}) {
      EXPECT_EQ(difference(folder_ / "whole" / file, folder_ / out / file), "") << out;
    }
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_ / out)) {
      names.insert(entry.path().filename());
    }
    EXPECT_EQ(names, (std::set<std::string>{"best.storyteller", "config.json", "last.storyteller",
                                            "log.csv"}));
  }

  TemporaryFolder folder_;
};

TEST_P(ResumeBinarySlow, EndsInTheSameBitsAfterSignalsAndKills) {
  train_whole();
  EXPECT_GE(train_struck("terminated", SIGTERM, 1), 2);
  expect_as_whole("terminated");
  EXPECT_GE(train_struck("killed", SIGKILL, 2), 2);
  expect_as_whole("killed");
}

INSTANTIATE_TEST_SUITE_P(Encoders, ResumeBinarySlow, testing::Values("scene_cnn", "mobilenet_v2"),
                         [](const auto& info) { return info.param; });

TEST(StopSignalsBinarySlow, TheFirstInterruptSavesAndTheSecondEndsAtOnce) {
  const TemporaryFolder folder;
  const auto command = [&](const std::string& out, const std::string& scenes,
                           const std::string& batch) {
    return std::vector<std::string>{"train",
                                    "--data",
                                    scenes,
                                    "--out",
                                    folder / out,
                                    "--threads",
                                    "2",
                                    "--set",
                                    "batch_size=" + batch,
                                    "--set",
                                    "hidden=16",
                                    "--set",
                                    "checkpoint_seconds=0",
                                    "--set",
                                    "epochs=1000"};
  };
  {
    Program program(command("once", "scenes:train=4,val=2", "10"));
    while (program.running() && steps_in(folder / "once/last.storyteller") < 1) {
      sleep_milliseconds(2);
    }
    program.send(SIGINT);
    const Ended ended = program.wait();
    EXPECT_EQ(ended.code, 130) << ended.err;
    EXPECT_FALSE(ended.killed);
    EXPECT_NE(ended.err.find("stopped at step"), std::string::npos) << ended.err;
    EXPECT_NE(ended.err.find("--resume"), std::string::npos) << ended.err;
    EXPECT_GE(steps_in(folder / "once/last.storyteller"), 1);
  }
  // One step of 200 pictures takes seconds: the first signal waits for its end, the second does
  // not.
  Program program(command("twice", "scenes:train=200,val=2", "1000"));
  while (program.running() && !std::filesystem::exists(folder / "twice/log.csv")) {
    sleep_milliseconds(2);  // written just before the first step
  }
  sleep_milliseconds(50);
  program.send(SIGINT);
  sleep_milliseconds(300);
  EXPECT_TRUE(program.running());
  program.send(SIGINT);
  const auto sent = std::chrono::steady_clock::now();
  const Ended ended = program.wait();
  EXPECT_LT(std::chrono::steady_clock::now() - sent, std::chrono::milliseconds(500));
  EXPECT_TRUE(ended.killed);
  EXPECT_EQ(ended.code, 130);
}

}  // namespace
}  // namespace storyteller::resume_binary_test
