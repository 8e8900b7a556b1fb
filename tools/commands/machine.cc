#include <cstdlib>
#include <filesystem>
#include <iostream>

#include <CLI/CLI.hpp>

#include "core/cuda_built.h"
#include "core/error.h"
#include "core/system/threads.h"
#include "kernels/cuda/context.h"
#include "tools/cli/exit_code.h"
#include "tools/commands/command.h"

namespace storyteller {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

bool machine_has_gpu() {
  std::error_code failure;
  return std::filesystem::exists("/dev/nvidiactl", failure) ||
         std::filesystem::exists("/dev/dxg", failure);  // below Windows
}

void Machine::add_options(CLI::App& command) {
  command.add_option("--threads", threads, "threads; by default one per physical core")
      ->check(CLI::Range(1, 1024));
  command.add_option("--device", device, "cpu, cuda or auto")
      ->capture_default_str()
      ->each([this](const std::string&) { device_named = true; });
}

Device Machine::start(bool verbose) const {
  set_threads(threads > 0 ? threads : default_threads());
  std::string note;
  const Device found = Device::parse(device, &note);
  if constexpr (kCudaBuilt) {
    if (!found.is_cpu()) note = found.cuda_backend().context->properties().name;
  }
  // A binary without CUDA on a machine without a GPU: that the CPU computes needs no saying.
  const bool worth_saying = kCudaBuilt || machine_has_gpu();
  if ((verbose || device_named) && !note.empty() && worth_saying) {
    std::cerr << "device: " << note << '\n';
  }
  return found;
}

std::string default_cache_folder() {
  if (const std::string set = environment("STORYTELLER_CACHE"); !set.empty()) return set;
  if (const std::string xdg = environment("XDG_CACHE_HOME"); !xdg.empty()) {
    return xdg + "/storyteller";
  }
  const std::string home = environment("HOME");
  return (home.empty() ? "/tmp" : home + "/.cache") + "/storyteller";
}

}  // namespace storyteller
