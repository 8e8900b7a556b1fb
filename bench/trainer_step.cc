// The step that `train` takes: its default recipe, features from a cache, every upload, the average
// and the wait at the end. The step of training_step is the one that peers take as well.
#include <iostream>

#include <nlohmann/json.hpp>

#include "bench/cuda/order_statistics.h"
#include "bench/timing.h"
#include "core/memory_pool.h"
#include "kernels/cuda/context.h"
#include "tests/train/default_training.h"
#include "tools/cli/options.h"

namespace storyteller {
namespace {

struct Arguments {
  std::string device = "cuda", precision = "float32", folder;
  bool small = false;
  int threads = default_threads(), steps = 60, warmup = 10;
};

/// `pictures` with a caption of 8 to 18 words each, of which some are frequent and most are rare.
std::vector<std::vector<std::string>> drawn_captions(size_t pictures, uint32_t words) {
  std::vector<std::vector<std::string>> captions;
  for (uint64_t i = 0; i < pictures; ++i) {
    std::string caption = "a";
    const uint32_t length = 7 + philox(11, 0, i)[0] % 11;
    for (uint64_t w = 0; w < length; ++w) {
      const double u = static_cast<double>(uniform01(philox(11, w + 1, i)[0]));
      caption += " w" + std::to_string(static_cast<uint32_t>(u * u * u * words));
    }
    captions.push_back({caption});
  }
  return captions;
}

int run(int argc, char** argv) {
  Arguments arguments;
  CommandLine line("trainer_step", "Training step of the default recipe, features from a cache");
  const Options command = line.options();
  command.text("--folder", arguments.folder, "for the features, which are made once").required();
  command.text("--device", arguments.device, "cpu or cuda");
  command.choice(
      "--precision", {"float32", "tf32", "bfloat16"}, arguments.precision,
      [&arguments](const std::string& precision) { arguments.precision = precision; },
      "float32, tf32 or bfloat16 (on cuda)");
  command.flag("--small", arguments.small, "sizes for the emulated device");
  command.number("--threads", arguments.threads, "worker threads");
  command.number("--steps", arguments.steps, "steps whose losses are told; the last are timed");
  command.number("--warmup", arguments.warmup, "of them, before those that are timed");
  if (const auto code = line.parse(argc, argv, std::cout)) return *code;
  set_threads(arguments.threads);
  const Device device = Device::parse(arguments.device);
  if (!device.is_cpu()) {
    device.cuda_backend().context->options().tf32 = arguments.precision == "tf32";
  }
  const std::filesystem::path folder = arguments.folder;
  std::filesystem::create_directories(folder);
  DefaultTraining setting(drawn_captions(arguments.small ? 12 : 640, arguments.small ? 40 : 8000),
                          folder, arguments.small ? 16 : 0);
  TrainOptions& options = setting.options();
  if (arguments.small) options.batch_size = 4;
  if (arguments.precision == "bfloat16") options.precision = DType::kBFloat16;
  const auto run = setting.training().start(options, folder / "run", {}, device);
  const MemoryPool& pool = device.pool();
  std::vector<double> losses, ms;
  size_t allocations = 0;
  for (int step = 0; step < arguments.steps; ++step) {
    if (step == arguments.warmup) allocations = pool.system_allocations();
    const auto begin = std::chrono::steady_clock::now();
    losses.push_back(run->trainer->train_step());  // waits for the device
    const std::chrono::duration<double, std::milli> taken =
        std::chrono::steady_clock::now() - begin;
    if (step >= arguments.warmup) ms.push_back(taken.count());
  }
  nlohmann::json told = {{"name", "train_step/real"},
                         {"precision", arguments.precision},
                         {"vocabulary", run->captioner->vocabulary().size()},
                         {"batch", options.batch_size},
                         {"losses", losses},
                         {"allocations", allocations},
                         {"late_allocations", pool.system_allocations() - allocations},
                         {"bytes_from_system", pool.bytes_from_system()},
                         {"most_bytes_in_use", pool.most_bytes_in_use()}};
  if (!ms.empty()) {
    std::sort(ms.begin(), ms.end());
    const MedianInterval times = median_interval(ms);
    told.update({{"median_ms", times.median}, {"low_ms", times.low}, {"high_ms", times.high}});
  }
  std::cout << told << std::endl;
  return 0;
}

}  // namespace
}  // namespace storyteller

int main(int argc, char** argv) {
  return storyteller::run_benchmark("trainer_step", argc, argv, storyteller::run);
}
