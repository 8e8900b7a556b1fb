// One training at a time in a folder, and none that is not there.
#include "train/session/run_folder.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "core/error.h"
#include "core/serialization/safetensors_writer.h"
#include "tests/temporary_folder.h"

namespace storyteller::run_folder_test {
namespace {

using Use = RunFolder::Use;

TEST(RunFolder, ResumingWhatIsNotThereIsRefused) {
  const TemporaryFolder folder;
  for (const auto& path : {folder.path(), folder / "typo"}) {
    const auto message = message_of<UsageError>([&] { RunFolder(path, Use::kResume); });
    EXPECT_NE(message.find(path.string()), std::string::npos) << message;
    EXPECT_NE(message.find("no run"), std::string::npos) << message;
  }
  EXPECT_FALSE(std::filesystem::exists(folder / "typo"));
}

TEST(RunFolder, BeginningWhereARunIsIsRefused) {
  const TemporaryFolder folder;
  write_text(folder / "last.storyteller", "");
  const auto message = message_of<UsageError>([&] { RunFolder(folder.path(), Use::kBegin); });
  EXPECT_NE(message.find("`resume`"), std::string::npos) << message;
}

TEST(RunFolder, ABestModelWithoutAStateIsNotOverwritten) {
  const TemporaryFolder folder;
  write_text(folder / "best.storyteller", "");
  write_text(folder / "config.json", "{}");
  for (const Use use : {Use::kBegin, Use::kResume}) {
    const auto message = message_of<UsageError>([&] { RunFolder(folder.path(), use); });
    EXPECT_NE(message.find("`initial_model` " + (folder / "best.storyteller").string()),
              std::string::npos)
        << message;
  }
}

TEST(RunFolder, ARunThatHadNoStateYetGoesOn) {
  const TemporaryFolder folder;
  write_text(folder / "config.json", "{}");
  EXPECT_FALSE(RunFolder(folder.path(), Use::kResume).open_last().has_value());
}

TEST(RunFolder, TwoTrainingsCannotShareOne) {
  const TemporaryFolder folder;
  RunFolder first(folder / "run", Use::kBegin), second(folder / "run", Use::kBegin);
  first.make();
  const auto message = message_of<UsageError>([&] { second.make(); });
  EXPECT_NE(message.find("another training"), std::string::npos) << message;
  write_text(folder / "run/config.json", "{}");
  message_of<UsageError>([&] { RunFolder(folder / "run", Use::kResume); });
}

TEST(RunFolder, TheLockGoesWithTheProcessHoweverItEnds) {
  const TemporaryFolder folder;
  write_text(folder / "config.json", "{}");
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t child = fork();
  if (child == 0) {
    const RunFolder held(folder.path(), Use::kResume);
    if (write(ready[1], "x", 1) != 1) _exit(1);
    pause();
    _exit(0);
  }
  char byte = 0;
  ASSERT_EQ(read(ready[0], &byte, 1), 1);
  message_of<UsageError>([&] { RunFolder(folder.path(), Use::kResume); });
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  EXPECT_NO_THROW(RunFolder(folder.path(), Use::kResume));
}

TEST(RunFolder, ADamagedStateNamesTheBestModel) {
  const TemporaryFolder folder;
  const std::vector<float> values(100, 1);
  SafetensorsWriter writer;
  writer.add("x", StoredType::kF32, {100}, values.data());
  writer.write(folder / "last.storyteller");
  std::filesystem::resize_file(folder / "last.storyteller", 300);
  const RunFolder run(folder.path(), Use::kResume);
  const auto alone = message_of<ModelError>([&] { run.open_last(); });
  EXPECT_NE(alone.find("begin again"), std::string::npos) << alone;
  write_text(folder / "best.storyteller", "");
  const auto message = message_of<ModelError>([&] { run.open_last(); });
  EXPECT_NE(message.find("last.storyteller"), std::string::npos) << message;
  EXPECT_NE(message.find("`initial_model` " + (folder / "best.storyteller").string()),
            std::string::npos)
      << message;
  EXPECT_EQ(message.find("download"), std::string::npos) << message;
}

}  // namespace
}  // namespace storyteller::run_folder_test
