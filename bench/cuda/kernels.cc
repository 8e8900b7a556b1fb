// The kernels by themselves: time and bandwidth against a device copy, and whether repeated calls
// give the same bits. tools/gpu_check reads the lines of JSON that this prints.
#include <algorithm>
#include <cmath>
#include <exception>
#include <filesystem>
#include <iostream>

#include <nlohmann/json.hpp>
#include <string>

#include "bench/cuda/calibrate.h"
#include "bench/cuda/kernel_case.h"
#include "bench/cuda/order_statistics.h"
#include "core/error.h"
#include "kernels/cuda/devices.h"
#include "kernels/cuda/library_search.h"
#include "tools/cli/options.h"

namespace storyteller {
namespace {

struct Arguments {
  bool machine = false, small = false, calibrate = false, list = false;
  int warmup = 20, samples = 50, repeat = 0;
  double rotated_megabytes = 0;
  std::string filter;
};

void print(const nlohmann::json& line) { std::cout << line << std::endl; }

/// What the device is, and the libraries that were found.
void print_machine(const CudaDeviceProperties& gpu) {
  nlohmann::json line = {
      {"gpu", gpu.name},
      {"compute_capability", std::to_string(gpu.major) + "." + std::to_string(gpu.minor)},
      {"multiprocessors", gpu.multiprocessors},
      {"memory_bytes", gpu.memory_bytes},
      {"l2_bytes", gpu.l2_bytes},
      {"driver_cuda", gpu.driver_version},
      {"runtime_cuda", gpu.runtime_version}};
  for (const CudaLibrary& library : cuda_libraries(true)) {
    line["libraries"][library.name] =
        library.handle == nullptr
            ? ""
            : library.version + ", " + std::filesystem::path(library.path).filename().string();
  }
  print(line);
}

/// What is moved between two uses of the same arrays: more than any cache holds.
double rotated_bytes(const Arguments& options, const CudaDeviceProperties& gpu) {
  if (options.rotated_megabytes > 0) return options.rotated_megabytes * 1e6;
  return std::max(256e6, 4.0 * static_cast<double>(gpu.l2_bytes));
}

/// One kernel timed twice: on as many sets of arrays in turn as it takes to move what no cache
/// holds, and on one set again and again. A device copy before and one after are its yardstick.
void time_case(const KernelCase& kernel, const Arguments& options, Calibration& calibration) {
  constexpr int kMostSets = 256;
  const double bytes = rotated_bytes(options, Device::cuda().cuda_backend().context->properties());
  const int sets = std::clamp(static_cast<int>(std::ceil(bytes / kernel.bytes)), 1, kMostSets);
  std::vector<std::unique_ptr<KernelArrays>> arrays;
  std::vector<std::function<void()>> calls;
  for (int i = 0; i < sets; ++i) {
    arrays.push_back(std::make_unique<KernelArrays>(static_cast<uint64_t>(i)));
    calls.push_back(kernel.prepare(*arrays.back()));
  }
  DeviceTimer& timer = calibration.timer();
  const double copy_before = calibration.copy_gb_per_s();
  const auto times = median_interval(timer.times(
      [&] {
        for (const auto& call : calls) call();
      },
      options.warmup, options.samples));
  const auto warm = median_interval(timer.times(
      [&] {
        for (int i = 0; i < sets; ++i) calls[0]();
      },
      options.warmup, options.samples));
  print({{"kernel", kernel.name},
         {"dtype", name_of(kernel.dtype)},
         {"bytes", kernel.bytes},
         {"flops", kernel.flops},
         {"tanhs", kernel.tanhs},
         {"footprint", kernel.bytes * sets},
         {"sets", sets},
         {"samples", options.samples},
         {"median_us", times.median / sets},
         {"low_us", times.low / sets},
         {"high_us", times.high / sets},
         {"warm_us", warm.median / sets},
         {"copy_before_gb_per_s", copy_before},
         {"copy_after_gb_per_s", calibration.copy_gb_per_s()}});
}

/// The bytes of all arrays after one call on fresh ones.
std::vector<std::byte> result_of(const KernelCase& kernel) {
  KernelArrays arrays(1);
  kernel.prepare(arrays)();
  std::vector<std::byte> bytes;
  for (const Tensor& tensor : arrays.tensors()) {
    const size_t begin = bytes.size();
    bytes.resize(begin + tensor.bytes());
    tensor.copy_to_host(bytes.data() + begin);
  }
  return bytes;
}

void repeat_case(const KernelCase& kernel, int runs) {
  const std::vector<std::byte> first = result_of(kernel);
  bool equal = true;
  for (int run = 1; run < runs; ++run) equal &= result_of(kernel) == first;
  print({{"kernel", kernel.name},
         {"dtype", name_of(kernel.dtype)},
         {"runs", runs},
         {"equal", equal}});
}

int run(int argc, char** argv) {
  Arguments options;
  CommandLine line("cuda_kernels", "Kernels of the CUDA backend by themselves");
  const Options command = line.options();
  command.flag("--machine", options.machine, "say what the device is, and end");
  command.flag("--small", options.small, "sizes for the emulated device");
  command.flag("--calibrate", options.calibrate, "measure the rates of the device, and end");
  command.flag("--list", options.list, "name the kernels, and end");
  command.number("--repeat", options.repeat, "compare the bits of so many calls instead of timing");
  command.text("--filter", options.filter, "only kernels whose name contains this");
  command.number("--warmup", options.warmup, "runs before those that count");
  command.number("--samples", options.samples, "runs that count", {1, 1e6});
  command.number("--rotate", options.rotated_megabytes,
                 "megabytes to move on fresh arrays; 0: 256, or four times the L2 cache");
  if (const auto code = line.parse(argc, argv, std::cout)) return *code;

  CudaContext& context = *Device::cuda().cuda_backend().context;
  if (options.machine) {
    print_machine(context.properties());
    return 0;
  }
  const Sizes sizes = options.small ? Sizes::odd() : Sizes::real();
  // Bits are compared on the host, and a few million elements show them as well as more.
  const int64_t most = options.repeat > 0 ? 1 << 22 : 1 << 28;
  Calibration calibration(context, {options.small, options.warmup, options.samples});
  if (options.calibrate) {
    for (const Rate& rate : calibration.rates()) {
      print({{"rate", rate.name}, {"value", rate.value}, {"unit", rate.unit}});
    }
    return 0;
  }
  for (const KernelCase& kernel : kernel_cases(sizes, most)) {
    if (kernel.name.find(options.filter) == std::string::npos) continue;
    if (options.list) {
      print({{"kernel", kernel.name}, {"dtype", name_of(kernel.dtype)}});
    } else if (options.repeat > 0) {
      repeat_case(kernel, options.repeat);
    } else {
      time_case(kernel, options, calibration);
    }
  }
  return 0;
}

}  // namespace
}  // namespace storyteller

int main(int argc, char** argv) {
  try {
    return storyteller::run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "cuda_kernels: " << error.what() << '\n';
    return 1;
  }
}
