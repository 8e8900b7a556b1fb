#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "core/cuda_built.h"
#include "core/error.h"
#include "core/system/environment.h"
#include "core/system/threads.h"
#include "core/text/phrase.h"
#include "kernels/cuda/context.h"
#include "kernels/cuda/devices.h"
#include "tools/cli/exit_code.h"
#include "tools/commands/command.h"

namespace storyteller {
namespace {

/// Says where there are fewer than were asked for.
void start_threads(int asked) {
  const int wanted = asked > 0 ? asked : default_threads();
  const int granted = set_threads(wanted);
  if (granted == wanted) return;
  report_warning(
      counted(static_cast<size_t>(granted), "thread computes", "threads compute") + ", not " +
          std::to_string(wanted) + ": " +
          (cpu_limits().openmp == granted
               ? "OMP_THREAD_LIMIT allows no more"
               : "the system starts no more (ulimit -u, or the container's limit of processes)"),
      std::cerr);
}

}  // namespace

bool machine_has_gpu() {
  std::error_code failure;
  return std::filesystem::exists("/dev/nvidiactl", failure) ||
         std::filesystem::exists("/dev/dxg", failure);  // below Windows
}

void Machine::add_options(const Options& command) {
  command.number("--threads", threads, "threads; by default one per physical core", {1, 1024});
  command.text("--device", device, "cpu, cuda, cuda:N or auto; by default auto");
}

Device Machine::start(bool verbose) const {
  start_threads(threads);
  std::string note;
  const Device found = Device::parse(device.empty() ? "auto" : device, &note);
  if constexpr (kCudaBuilt) {
    if (!found.is_cpu()) {
      const std::string name = found.cuda_backend().context->properties().name;
      note = note.empty() ? name : name + " (" + note + ")";
    }
  }
  // A binary without CUDA on a machine without a GPU: that the CPU computes needs no saying. That a
  // GPU is there and does not compute is said to everyone.
  const bool asked = verbose || !device.empty();
  const bool idle = kCudaBuilt && found.is_cpu() && machine_has_gpu();
  if (!note.empty() && (idle || (asked && (kCudaBuilt || machine_has_gpu())))) {
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
