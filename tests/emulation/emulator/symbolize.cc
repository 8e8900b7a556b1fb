#include "tests/emulation/emulator/symbolize.h"

#include <dlfcn.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <sstream>
#include <vector>

namespace emulation {
namespace {

std::vector<std::string> output_of(const std::string& command) {
  std::vector<std::string> lines;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return lines;
  std::string text;
  std::array<char, 4096> part;
  while (const size_t n = fread(part.data(), 1, part.size(), pipe)) text.append(part.data(), n);
  pclose(pipe);
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

/// Pairs of lines, function and file:line, the innermost inlined function first.
std::vector<std::string> addr2line(uintptr_t offset) {
  std::ostringstream command;
  command << "addr2line -f -C -i -e /proc/" << getpid() << "/exe 0x" << std::hex << offset
          << " 2>/dev/null";
  return output_of(command.str());
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
