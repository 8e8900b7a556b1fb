#include <iomanip>
#include <sstream>

#include "core/cuda_built.h"
#include "core/device.h"
#include "core/error.h"
#include "kernels/cuda/context.h"
#include "kernels/cuda/error.h"
#include "kernels/cuda/library_search.h"
#include "tools/commands/command.h"
#include "tools/commands/finding.h"

namespace storyteller {
namespace {

std::string version_text(int version) {
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

std::string gpu_text(const CudaDeviceProperties& gpu) {
  std::ostringstream text;
  text << gpu.name << ", compute capability " << gpu.major << '.' << gpu.minor << ", " << std::fixed
       << std::setprecision(0) << static_cast<double>(gpu.memory_bytes) / (1 << 30) << " GiB, "
       << gpu.multiprocessors << " multiprocessors, driver for CUDA "
       << version_text(gpu.driver_version);
  return text.str();
}

Finding gpu_finding() {
  try {
    std::string note;
    const Device device = Device::parse("auto", &note);
    if (!device.is_cpu()) {
      if constexpr (kCudaBuilt) {
        return {"gpu", gpu_text(device.cuda_backend().context->properties())};
      }
    }
    if (!machine_has_gpu()) return {"gpu", "none: " + note};
    return {"gpu", "not used: " + note, false,
            kCudaBuilt ? "install the driver that the reason asks for, then see nvidia-smi"
                       : "configure with -DSTORYTELLER_CUDA=ON (needs the CUDA toolkit)"};
  } catch (const std::runtime_error& error) {
    return {"gpu", error.what(), false, "see nvidia-smi; --device cpu goes on without it"};
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
  if constexpr (kCudaBuilt) {
    std::vector<Finding> findings = {{"CUDA backend", "built in"}, gpu_finding()};
    const bool have_gpu = CudaContext::why_unavailable().empty();
    for (const CudaLibrary& library : cuda_libraries(have_gpu)) add_library(library, &findings);
    return findings;
  } else {
    return {{"CUDA backend", "not built in: configure with -DSTORYTELLER_CUDA=ON for a GPU"},
            gpu_finding()};
  }
}

}  // namespace storyteller
