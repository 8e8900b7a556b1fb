// Our side of bench/peers/decoder_step.py and flickr8k_step.py: the same case, the same step, the
// same results and timing lines. bench/run compares the two on a CPU, tools/gpu_check on a GPU.
#include <cstring>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "bench/exchanged_training.h"
#include "bench/random_case.h"
#include "bench/timing.h"
#include "core/serialization/safetensors_writer.h"

namespace storyteller {
namespace {

struct Options {
  TrainingSetting setting;
  std::string result_file, against, name = "training_step", device = "cpu", precision = "float32";
  std::vector<int64_t> sizes = {64, 20, 49, 2048, 512, 512, 512, 10000};
  float dropout = 0.5F;
  int threads = default_threads(), reps = 10, warmup = 2, adam_steps = 10, repeat = 0;
};

void write_result(const std::string& path, const TrainingResult& result, int adam_steps) {
  SafetensorsWriter writer;
  for (const auto& [name, elements] : result) {
    writer.add(name, StoredType::kF32, {static_cast<int64_t>(elements.size())}, elements.data());
  }
  writer.set_metadata("adam_steps", std::to_string(adam_steps));
  writer.write(path);
}

/// Prints how far the result is from one in a file: the greatest error of each kind, relative to
/// the tensor's norm, and whose it is.
void compare(const std::string& name, const TrainingResult& result, const std::string& path) {
  const SafetensorsFile file = SafetensorsFile::open(path);
  nlohmann::json line = {{"name", name + "/against"}};
  std::map<std::string, double> worst;
  for (const auto& [key, elements] : result) {
    const std::string kind = key.substr(0, key.find('.'));
    const double error = relative_error({elements.begin(), elements.end()}, all_of(file, key));
    if (worst.contains(kind) && error <= worst[kind]) continue;
    worst[kind] = error;
    line[kind] = error;
    line[kind + "_tensor"] = key;
  }
  std::cout << line << std::endl;
}

/// Trains `runs` times from the same start and prints whether all losses and weights have the same
/// bits.
void repeat(const Options& options) {
  std::vector<double> first_losses;
  std::vector<float> first_weights;
  bool equal = true;
  for (int run = 0; run < options.repeat; ++run) {
    Training training(options.setting, options.dropout);
    std::vector<double> losses;
    losses.reserve(static_cast<size_t>(options.adam_steps));
    for (int step = 0; step < options.adam_steps; ++step) losses.push_back(training.step());
    std::vector<float> weights = training.exchanged().parameters.values().to_host<float>();
    if (run == 0) {
      first_losses = std::move(losses);
      first_weights = std::move(weights);
      continue;
    }
    equal &= losses == first_losses;
    equal &= std::memcmp(weights.data(), first_weights.data(), weights.size() * sizeof(float)) == 0;
  }
  std::cout << nlohmann::json{{"name", options.name + "/repeat"},
                              {"runs", options.repeat},
                              {"steps", options.adam_steps},
                              {"equal", equal}}
            << std::endl;
}

void add_options(CLI::App& app, Options& options) {
  TrainingSetting& setting = options.setting;
  app.add_option("--case", setting.case_file, "weights and inputs")->required();
  app.add_option("--write-case", options.sizes, "make that file first: B T L D A E H V")
      ->expected(8);
  app.add_option("--result", options.result_file, "write loss, gradients and updated weights");
  app.add_option("--against", options.against, "print how far they are from those of this file");
  app.add_option("--repeat", options.repeat, "train so often and compare the bits");
  app.add_option("--name", options.name, "of the lines printed");
  app.add_option("--device", options.device, "cpu or cuda");
  app.add_option("--precision", options.precision, "float32 or bfloat16 (on cuda)")
      ->check(CLI::IsMember({"float32", "bfloat16"}));
  app.add_option("--clip-value", setting.clip_value, "bound of each element of the gradient");
  app.add_option("--clip-norm", setting.clip_norm, "bound of the norm of the whole gradient");
  app.add_option("--dropout", options.dropout, "rate in front of the output layer while timed");
  app.add_option("--threads", options.threads, "worker threads");
  app.add_option("--reps", options.reps, "timed steps; 0: none");
  app.add_option("--warmup", options.warmup, "steps before them");
  app.add_option("--adam-steps", options.adam_steps, "for --result, --against and --repeat");
}

int run(int argc, char** argv) {
  Options options;
  CLI::App app("Training step of the soft-attention decoder on an exchanged case");
  add_options(app, options);
  CLI11_PARSE(app, argc, argv);
  set_threads(options.threads);
  TrainingSetting& setting = options.setting;
  setting.device = Device::parse(options.device);
  setting.precision = options.precision == "bfloat16" ? DType::kBFloat16 : DType::kFloat32;
  if (app.count("--write-case") > 0) {
    const auto& n = options.sizes;
    write_random_case(setting.case_file, {n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7]});
  }
  if (!options.result_file.empty() || !options.against.empty()) {
    const TrainingResult result = training_result(setting, options.adam_steps);
    if (!options.result_file.empty()) {
      write_result(options.result_file, result, options.adam_steps);
    }
    if (!options.against.empty()) compare(options.name, result, options.against);
  }
  if (options.repeat > 0) repeat(options);
  if (options.reps > 0) {
    Training training(setting, options.dropout);
    measure(options.name, options.reps, options.warmup, [&] { training.step(); });
  }
  return 0;
}

}  // namespace
}  // namespace storyteller

int main(int argc, char** argv) {
  return storyteller::run_benchmark("training_step", argc, argv, storyteller::run);
}
