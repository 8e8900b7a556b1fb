// Promise 4: a full disk or an I/O error loses nothing. Promise 3: neither does kill -9.
#include "core/system/atomic_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "core/error.h"
#include "core/serialization/safetensors.h"
#include "core/serialization/safetensors_writer.h"
#include "tests/in_child.h"
#include "tests/temporary_folder.h"

namespace storyteller::atomic_file_test {
namespace {

/// Fails the k-th system call of a save with ENOSPC; FileFault is a plain function.
int calls_until_failure = 0;
int fail_kth_call(const char* call) {
  if (std::string_view(call) == "lock") return 0;
  return --calls_until_failure == 0 ? ENOSPC : 0;
}

class FaultAt {
 public:
  explicit FaultAt(int k) {
    calls_until_failure = k;
    set_file_fault(fail_kth_call);
  }
  ~FaultAt() { set_file_fault(nullptr); }
  FaultAt(const FaultAt&) = delete;
  FaultAt& operator=(const FaultAt&) = delete;
};

void save_model(const std::filesystem::path& path, float value) {
  const std::vector<float> weights(1000, value);
  SafetensorsWriter writer;
  writer.add("bias", StoredType::kF32, {1000}, weights.data());
  writer.add("weight", StoredType::kF32, {10, 100}, weights.data());
  writer.write(path);
}

float saved_value(const std::filesystem::path& path) {
  std::vector<float> weights(1000);
  SafetensorsFile::open(path).read_float("weight", weights);
  return weights[999];
}

TEST(AtomicFile, ReplacesTheWholeFile) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "a", std::string_view("a long first version"));
  write_file_atomically(folder / "a", std::string_view("second"));
  EXPECT_EQ(file_text(folder / "a"), "second");
  write_file_atomically(folder / "a", std::string_view(""));
  EXPECT_EQ(file_text(folder / "a"), "");
  EXPECT_EQ(folder.files(), 1);
}

TEST(AtomicFile, WithoutCommitNothingHappens) {
  const TemporaryFolder folder;
  write_text(folder / "a", "old");
  {
    AtomicFile file(folder / "a");
    file.write("new");
    EXPECT_EQ(file_text(folder / "a"), "old");
  }
  EXPECT_EQ(file_text(folder / "a"), "old");
  EXPECT_EQ(folder.files(), 1);
}

TEST(AtomicFile, IsWrittenInAnyOrderOnceItHasItsSize) {
  const TemporaryFolder folder;
  AtomicFile file(folder / "a");
  file.reserve(6);
  file.write_at(3, std::as_bytes(std::span("def", 3)));
  file.write("abc");
  file.commit();
  EXPECT_EQ(file_text(folder / "a"), "abcdef");
}

TEST(AtomicFile, ReservingOnAFullDiskLosesNothing) {
  const TemporaryFolder folder;
  write_text(folder / "a", "old");
  {
    AtomicFile file(folder / "a");
    const FaultAt fault(1);
    EXPECT_EQ(message_of<IoError>([&] { file.reserve(1000); }).find("cannot make room for"), 0U);
  }
  EXPECT_EQ(file_text(folder / "a"), "old");
  EXPECT_EQ(folder.files(), 1);
}

// The second writer finds the first one's file: nothing is computed twice.
TEST(AtomicFile, WaitsForWhoWritesTheSameFile) {
  const TemporaryFolder folder;
  bool waited = false;
  std::thread second;
  {
    AtomicFile first(folder / "a", std::function<void()>());
    std::atomic<bool> waits = false;
    second = std::thread([&] {
      const AtomicFile file(folder / "a", [&] { waits = true; });
      waited = file_text(folder / "a") == "first";
    });
    while (!waits) std::this_thread::yield();
    first.write("first");
    first.commit();
  }
  second.join();
  EXPECT_TRUE(waited);
  EXPECT_EQ(folder.files(), 1);
}

// As on a network drive without a lock daemon: nobody is taken for another writer, and two that
// write at once do not write into one file.
TEST(AtomicFile, WithoutLocksEachWritesAFileOfItsOwn) {
  const TemporaryFolder folder;
  set_file_fault([](const char* call) { return std::string_view(call) == "lock" ? ENOLCK : 0; });
  {
    AtomicFile first(folder / "a"), second(folder / "a");
    first.write("the first, and longer");
    second.write("second");
    first.commit();
    EXPECT_EQ(file_text(folder / "a"), "the first, and longer");
    second.commit();
    EXPECT_EQ(file_text(folder / "a"), "second");
    bool waited = false;
    AtomicFile third(folder / "a", [&] { waited = true; });
    AtomicFile fourth(folder / "a", [&] { waited = true; });
    EXPECT_FALSE(waited);
  }
  set_file_fault(nullptr);
  EXPECT_EQ(folder.files(), 1);
}

TEST(AtomicFile, ALockThatASignalInterruptsIsTriedAgain) {
  const TemporaryFolder folder;
  static int interruptions;
  interruptions = 3;
  set_file_fault([](const char* call) {
    return std::string_view(call) == "lock" && interruptions-- > 0 ? EINTR : 0;
  });
  AtomicFile file(folder / "a");
  set_file_fault(nullptr);
  EXPECT_TRUE(std::filesystem::exists(folder / ".a.tmp")) << "the name of a file that is locked";
}

TEST(AtomicFile, AbandonedTemporariesGoAndOthersStay) {
  const TemporaryFolder folder;
  write_text(folder / ".a.features.tmp", std::string(10000, 'x'));
  write_text(folder / ".b.features.1.tmp", "x");
  for (const char* other : {"a.features", ".a.model.tmp", ".features", "c.features.tmp"}) {
    write_text(folder / other, "x");
  }
  AtomicFile written(folder / "d.features");
  const AbandonedFiles removed = remove_abandoned(folder.path(), ".features");
  EXPECT_EQ(removed.files, 2U);
  EXPECT_GE(removed.bytes, 10000U);
  EXPECT_TRUE(std::filesystem::exists(folder / ".d.features.tmp")) << "somebody writes it";
  EXPECT_EQ(folder.files(), 5);
  EXPECT_EQ(remove_abandoned(folder / "nowhere", ".features").files, 0U);
}

TEST(AtomicFile, FailingEveryCallInTurnKeepsTheOldModelUntilOneSaveSucceeds) {
  const TemporaryFolder folder;
  const auto path = folder / "last.safetensors";
  save_model(path, 1);
  int failures = 0;
  for (bool saved = false; !saved; ++failures) {
    ASSERT_LT(failures, 100);
    const FaultAt fault(failures + 1);
    try {
      save_model(path, 2);
      saved = true;
    } catch (const IoError& error) {
      const std::string message = error.what();
      EXPECT_NE(message.find(path.string()), std::string::npos) << message;
      EXPECT_NE(message.find("No space left on device"), std::string::npos) << message;
      EXPECT_NE(message.find(" bytes needed, "), std::string::npos) << message;
      // Flushing the folder comes after the rename: the new file is whole then.
      const bool replaced = message.find("flush the folder") != std::string::npos;
      EXPECT_EQ(saved_value(path), replaced ? 2 : 1) << message;
      EXPECT_EQ(folder.files(), 1) << message;
    }
  }
  EXPECT_EQ(saved_value(path), 2);
  EXPECT_GE(failures, 7);  // open, header, two tensors, fsync, rename, folder
}

TEST(AtomicFile, NamesTheBytesNeededAndTheAdvice) {
  const TemporaryFolder folder;
  const FaultAt fault(2);
  const std::string text(12345, 'x');
  const auto message =
      message_of<IoError>([&] { write_file_atomically(folder / "a", std::string_view(text)); });
  EXPECT_NE(message.find("cannot write " + (folder / "a").string()), std::string::npos) << message;
  EXPECT_NE(message.find("; 12345 bytes needed, "), std::string::npos) << message;
  EXPECT_NE(message.find("free some space"), std::string::npos) << message;
}

// A real limit of the system, met in the middle of a file: in a child, for it cannot be raised.
TEST(AtomicFile, ARealFileSizeLimitKeepsTheOldFile) {
  const TemporaryFolder folder;
  const auto path = folder / "last.safetensors";
  save_model(path, 1);
  const int status = in_child([&] {
    limit_file_size(5000);
    try {
      save_model(path, 2);
      return 1;
    } catch (const IoError& error) {
      return std::string(error.what()).find("File too large") != std::string::npos ? 0 : 2;
    }
  });
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  EXPECT_EQ(saved_value(path), 1);
  EXPECT_EQ(folder.files(), 1);
}

TEST(AtomicFile, KillAtRandomMomentsNeverLosesTheFileAndLeavesAtMostOneTemporary) {
  const TemporaryFolder folder;
  const auto path = folder / "last.safetensors";
  save_model(path, 0);
  for (int round = 0; round < 50; ++round) {
    const pid_t child = fork();
    if (child == 0) {
      for (float value = 1;; ++value) save_model(path, value);
    }
    usleep(static_cast<useconds_t>(500 + round * 97 % 4000));
    kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
    ASSERT_NO_THROW(saved_value(path)) << round;
    ASSERT_LE(folder.files(), 2) << round;
  }
  save_model(path, -1);  // takes the last one over
  EXPECT_EQ(saved_value(path), -1);
  EXPECT_EQ(folder.files(), 1);
}

TEST(AtomicFile, TwoWritersOfOneNameDoNotMixTheirBytes) {
  const TemporaryFolder folder;
  AtomicFile first(folder / "a");
  AtomicFile second(folder / "a");
  first.write("first");
  second.write("second");
  first.commit();
  EXPECT_EQ(file_text(folder / "a"), "first");
  second.commit();
  EXPECT_EQ(file_text(folder / "a"), "second");
  EXPECT_EQ(folder.files(), 1);
}

TEST(AtomicFile, FollowsALinkAndKeepsTheMode) {
  const TemporaryFolder folder;
  write_text(folder / "target", "old");
  std::filesystem::permissions(folder / "target", std::filesystem::perms{0640});
  std::filesystem::create_symlink("target", folder / "link");
  write_file_atomically(folder / "link", std::string_view("new"));
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "link"));
  EXPECT_EQ(file_text(folder / "target"), "new");
  EXPECT_EQ(std::filesystem::status(folder / "target").permissions(), std::filesystem::perms{0640});
}

TEST(AtomicFile, ATemporaryThatIsALinkIsNotFollowed) {
  const TemporaryFolder folder;
  write_text(folder / "victim", "precious");
  std::filesystem::create_symlink("victim", folder / ".a.tmp");
  EXPECT_THROW(write_file_atomically(folder / "a", std::string_view("new")), IoError);
  EXPECT_EQ(file_text(folder / "victim"), "precious");
}

TEST(AtomicFile, RefusesFoldersDevicesAndMissingFolders) {
  const TemporaryFolder folder;
  EXPECT_NE(
      message_of<IoError>([&] { const AtomicFile file(folder.path()); }).find("Is a directory"),
      std::string::npos);
  EXPECT_NE(message_of<IoError>([&] {
              const AtomicFile file("/dev/null");
            }).find("it is a device or a pipe"),
            std::string::npos);
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
  EXPECT_NE(message_of<IoError>([&] {
              const AtomicFile file(folder / "no/such/file");
            }).find("create the folder first"),
            std::string::npos);
}

TEST(AtomicFile, AFolderWithoutWritePermissionIsNamed) {
  if (geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  const TemporaryFolder folder;
  std::filesystem::permissions(folder.path(), std::filesystem::perms{0500});
  EXPECT_NE(
      message_of<IoError>([&] { const AtomicFile file(folder / "a"); }).find("Permission denied"),
      std::string::npos);
  std::filesystem::permissions(folder.path(), std::filesystem::perms{0700});
}

TEST(AtomicFile, MisuseAfterCommitIsABug) {
  const TemporaryFolder folder;
  AtomicFile file(folder / "a");
  file.commit();
  EXPECT_THROW(file.write("more"), InternalError);
  EXPECT_THROW(file.commit(), InternalError);
}

}  // namespace
}  // namespace storyteller::atomic_file_test
