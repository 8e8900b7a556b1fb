#include "tools/apps/book/pdf.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <system_error>
#include <thread>
#include <vector>

#include "core/error.h"
#include "core/system/atomic_file.h"
#include "core/system/file_head.h"
#include "core/system/printable.h"
#include "core/text/hex.h"

namespace storyteller::book {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFix = "open the page in a browser and print it, or install chromium";

/// A folder that goes with its contents.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string name = (fs::temp_directory_path() / "storyteller-book-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
      throw IoError(name + ": " + std::generic_category().message(errno));
    }
    path_ = name;
  }
  ~ScratchFolder() {
    std::error_code failure;
    fs::remove_all(path_, failure);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

std::string file_address(const fs::path& file) {
  std::string address = "file://";
  for (const char c : fs::absolute(file).string()) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("/-_.~").find(c) != std::string_view::npos;
    address += plain ? std::string(1, c) : "%" + hex(static_cast<unsigned char>(c), 2);
  }
  return address;
}

/// Runs a program, silent, in a process group of its own; its exit status, or -1 where it was
/// killed or ran out of time.
int run(std::vector<std::string> words) {
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    posix_spawn_file_actions_addopen(&files, descriptor, "/dev/null", O_RDWR, 0);
  }
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  posix_spawnattr_setpgroup(&attributes, 0);
  pid_t process = 0;
  const int error =
      posix_spawnp(&process, arguments[0], &files, &attributes, arguments.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  if (error != 0) {
    throw DeviceError(printable_path(words[0]) + ": " + std::generic_category().message(error) +
                      "; " + kFix);
  }
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(kPrintSeconds);
  int status = 0;
  while (::waitpid(process, &status, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() > until) {
      ::kill(-process, SIGKILL);
      ::waitpid(process, &status, 0);
      return -1;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  ::kill(-process, SIGKILL);  // what it left behind
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

std::string browser() {
  const char* named = std::getenv("STORYTELLER_CHROMIUM");
  if (named != nullptr && *named != '\0') return named;
  const char* path = std::getenv("PATH");
  constexpr std::array<const char*, 4> kNames = {"chromium", "chromium-browser", "google-chrome",
                                                 "google-chrome-stable"};
  for (const char* name : kNames) {
    std::istringstream folders(path == nullptr ? "" : path);
    for (std::string folder; std::getline(folders, folder, ':');) {
      const fs::path program = fs::path(folder) / name;
      if (!folder.empty() && ::access(program.c_str(), X_OK) == 0) return program.string();
    }
  }
  return "";
}

void print_pdf(const fs::path& page, const fs::path& pdf) {
  const std::string program = browser();
  if (program.empty()) {
    throw DeviceError(printable_path(pdf.string()) + ": no Chromium here to write it; " + kFix);
  }
  const ScratchFolder scratch;
  const fs::path printed = scratch.path() / "book.pdf";
  std::vector<std::string> words = {program,
                                    "--headless",
                                    "--disable-gpu",
                                    "--disable-dev-shm-usage",
                                    "--no-first-run",
                                    "--no-pdf-header-footer",
                                    "--proxy-server=127.0.0.1:9",
                                    "--user-data-dir=" + (scratch.path() / "profile").string(),
                                    "--print-to-pdf=" + printed.string()};
  // Chromium's sandbox does not start for root, as in containers.
  if (::geteuid() == 0) words.emplace_back("--no-sandbox");
  words.push_back(file_address(page));
  const int status = run(std::move(words));
  std::error_code failure;
  if (status != 0 || !fs::exists(printed, failure) || !file_head(printed).starts_with("%PDF-")) {
    throw DeviceError(
        printable_path(pdf.string()) + ": " + printable_path(program) +
        (status < 0 ? " did not end" : " printed nothing (status " + std::to_string(status) + ")") +
        "; " + kFix);
  }
  std::ifstream in(printed, std::ios::binary);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  const std::string whole = std::move(bytes).str();
  write_file_atomically(pdf, std::string_view(whole));
}

}  // namespace storyteller::book
