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

/// Without cuBLASLt nothing computes on a GPU; without cuDNN convolutions are the project's own.
Finding library_finding(const CudaLibrary& library, bool have_gpu) {
  if (library.handle != nullptr) {
    return {library.name, library.version + " in " + library.path};
  }
  const std::string found = "not found (searched: " + library.searched + ")";
  if (!have_gpu) return {library.name, found};
  return {library.name, found, false,
          "install it, or name its folder in STORYTELLER_CUDA_LIBRARIES"};
}

}  // namespace

std::vector<Finding> gpu_findings() {
  if constexpr (kCudaBuilt) {
    std::vector<Finding> findings = {{"CUDA backend", "built in"}, gpu_finding()};
    const bool have_gpu = CudaContext::why_unavailable().empty();
    for (const CudaLibrary& library : cuda_libraries()) {
      findings.push_back(library_finding(library, have_gpu));
    }
    return findings;
  } else {
    return {{"CUDA backend", "not built in: configure with -DSTORYTELLER_CUDA=ON for a GPU"},
            gpu_finding()};
  }
}

}  // namespace storyteller
