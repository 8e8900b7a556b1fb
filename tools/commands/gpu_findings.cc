#include <iomanip>
#include <sstream>

#include "core/cuda_built.h"
#include "core/device.h"
#include "core/error.h"
#include "kernels/cuda/context.h"
#include "kernels/cuda/devices.h"
#include "kernels/cuda/error.h"
#include "kernels/cuda/library_search.h"
#include "tools/cli/flag_names.h"
#include "tools/commands/command.h"
#include "tools/commands/finding.h"

namespace storyteller {
namespace {

std::string version_text(int version) {
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

std::string gpu_text(const CudaDeviceProperties& gpu) {
  std::ostringstream text;
  text << gpu.name << " (cuda:" << gpu.ordinal << "), compute capability " << gpu.major << '.'
       << gpu.minor << ", " << std::fixed << std::setprecision(0)
       << static_cast<double>(gpu.memory_bytes) / (1 << 30) << " GiB, " << gpu.multiprocessors
       << " multiprocessors, driver for CUDA " << version_text(gpu.driver_version);
  return text.str();
}

/// The GPU that is taken by default, and which were passed over.
std::vector<Finding> device_findings() {
  try {
    std::string note;
    const Device device = Device::parse("auto", &note);
    if (!device.is_cpu()) {
      if constexpr (kCudaBuilt) {
        std::vector<Finding> findings = {
            {"gpu", gpu_text(device.cuda_backend().context->properties())}};
        if (!note.empty()) findings.push_back({"  passed over", note});
        // Until a report of tools/gpu_check lies in bench/results.
        findings.push_back(
            {"  tested so far",
             "on an emulated device and on stand-ins of NVIDIA's libraries, on no GPU: "
             "tools/gpu_check tests this one"});
        return findings;
      }
    }
    if (!machine_has_gpu()) return {{"gpu", "none: " + note}};
    return {{"gpu", "not used: " + note, false,
             kCudaBuilt ? "do what the reason says; nvidia-smi shows the driver and the GPUs"
                        : "tools/quickstart --cuda, or configure with -DSTORYTELLER_CUDA=ON (needs "
                          "the CUDA toolkit)"}};
  } catch (const std::runtime_error& error) {
    return {{"gpu", with_flags(error.what()), false,
             "see nvidia-smi; --device cpu goes on without it"}};
  }
}

/// The library that is taken, and every other file of it with the reason. What neither computes the
/// project's own kernels do: it is slower without them, and fine.
void add_library(const CudaLibrary& library, std::vector<Finding>* findings) {
  const bool broken = library.handle == nullptr && !library.refused.empty();
  if (library.handle != nullptr) {
    findings->push_back({library.name, library.version + " in " + library.path});
  } else if (broken) {
    findings->push_back({library.name, "none that can be used: the project's own kernels compute",
                         false,
                         "mend it, or name the folder of another in STORYTELLER_CUDA_LIBRARIES"});
  } else {
    findings->push_back({library.name, "not found: the project's own kernels compute (searched: " +
                                           library.searched + ")"});
  }
  for (const RefusedLibrary& file : library.refused) {
    findings->push_back(
        {"  not taken",
         file.path + (file.version.empty() ? "" : ", " + file.version) + ": " + file.reason});
  }
}

}  // namespace

std::vector<Finding> gpu_findings() {
  std::vector<Finding> findings = {
      {"CUDA backend",
       kCudaBuilt
           ? "built in"
           : "not built in: for a GPU, tools/quickstart --cuda or cmake -DSTORYTELLER_CUDA=ON"}};
  const std::vector<Finding> devices = device_findings();
  findings.insert(findings.end(), devices.begin(), devices.end());
  if constexpr (kCudaBuilt) {
    const bool have_gpu = why_no_cuda_device().empty();
    for (const CudaLibrary& library : cuda_libraries(have_gpu)) add_library(library, &findings);
  }
  return findings;
}

}  // namespace storyteller
