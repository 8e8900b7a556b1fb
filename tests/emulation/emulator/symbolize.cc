#include "tests/emulation/emulator/symbolize.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <spawn.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <map>
#include <mutex>
#include <vector>

namespace emulation {
namespace {

/// addr2line over this program, started once: it reads its debug information for longer than it
/// looks.
class Addr2Line {
 public:
  Addr2Line() {
    const std::string program = "/proc/" + std::to_string(getpid()) + "/exe";
    std::array<int, 2> to{}, from{};
    if (pipe2(to.data(), O_CLOEXEC) != 0) return;
    if (pipe2(from.data(), O_CLOEXEC) != 0) return;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, to[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, from[1], STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    std::array<const char*, 8> words = {"addr2line",     "-a",   "-f", "-C", "-i", "-e",
                                        program.c_str(), nullptr};
    pid_t child = 0;
    const int failed = posix_spawnp(&child, words[0], &actions, nullptr,
                                    const_cast<char* const*>(words.data()), environ);
    posix_spawn_file_actions_destroy(&actions);
    close(to[0]);
    close(from[1]);
    if (failed != 0) return;
    questions_ = fdopen(to[1], "w");
    answers_ = fdopen(from[0], "r");
  }

  /// Pairs of lines, function and file:line, the innermost inlined function first.
  std::vector<std::string> lines_of(uintptr_t offset) {
    std::vector<std::string> lines;
    if (questions_ == nullptr || answers_ == nullptr) return lines;
    // With -a each answer begins by its address: the one of nowhere ends the answer before it.
    fprintf(questions_, "0x%jx\n0x0\n", static_cast<uintmax_t>(offset));
    if (fflush(questions_) != 0) return lines;
    std::string line;
    const auto next = [&] {
      line.clear();
      int c = 0;
      while ((c = fgetc(answers_)) != EOF && c != '\n') line += static_cast<char>(c);
      return c != EOF;
    };
    const std::string nowhere = "0x" + std::string(2 * sizeof(void*), '0');
    next();  // the address
    while (next() && line != nowhere) lines.push_back(line);
    next();  // "??"
    next();  // "??:0"
    return lines;
  }

 private:
  FILE* questions_ = nullptr;  // until the program ends, and addr2line with it
  FILE* answers_ = nullptr;
};

/// As Addr2Line::lines_of; each place is looked up once.
std::vector<std::string> addr2line(uintptr_t offset) {
  static std::mutex mutex;
  static Addr2Line program;
  static std::map<uintptr_t, std::vector<std::string>> known;
  const std::lock_guard lock(mutex);
  const auto [at, unknown] = known.try_emplace(offset);
  if (unknown) at->second = program.lines_of(offset);
  return at->second;
}

/// "/long/way/kernels/x_cuda.cu:12 (discriminator 3)" -> "kernels/x_cuda.cu:12"
std::string short_place(const std::string& place) {
  std::string text = place.substr(0, place.find(" (disc"));
  for (const char* root : {"/kernels/", "/tests/"}) {
    const size_t at = text.rfind(root);
    if (at != std::string::npos) return text.substr(at + 1);
  }
  return text;
}

}  // namespace

uintptr_t offset_of(const void* code) {
  Dl_info info;
  if (dladdr(code, &info) == 0) return 0;
  return reinterpret_cast<uintptr_t>(code) - reinterpret_cast<uintptr_t>(info.dli_fbase);
}

std::string source_of(const void* code) {
  const std::vector<std::string> lines = addr2line(offset_of(code));
  std::string text;
  for (size_t i = 1; i < lines.size(); i += 2) {
    text += (i > 1 ? ", called from " : "") + short_place(lines[i]);
  }
  return text.empty() ? "an unknown place" : text;
}

std::string function_at(const void* code) {
  const std::vector<std::string> lines = addr2line(offset_of(code));
  return lines.size() < 2 ? std::string("unknown") : lines[lines.size() - 2];
}

}  // namespace emulation
