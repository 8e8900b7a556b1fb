// Our side of bench/peers/decoder_step.py and flickr8k_step.py: the same case, the same step, the
// same results and timing lines. bench/run compares the two on a CPU, tools/gpu_check on a GPU.
#include <cmath>
#include <cstring>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "bench/exchanged_training.h"
#include "bench/random_case.h"
#include "bench/timing.h"
#include "core/error.h"
#include "core/serialization/safetensors_writer.h"
#include "kernels/cuda/context.h"
#include "tools/cli/options.h"
#include "tools/cli/parse_number.h"

namespace storyteller {
namespace {

struct Arguments {
  TrainingSetting setting;
  std::string result_file, against, name = "training_step", device = "cpu", precision = "float32";
  std::vector<std::string> sizes;
  float dropout = 0.5F;
  int threads = default_threads(), reps = 10, warmup = 2, adam_steps = 10, repeat = 0;
  bool without_update = false, serve = false;
};

void write_result(const std::string& path, const TrainingResult& result, int adam_steps) {
  SafetensorsWriter writer;
  for (const auto& [name, elements] : result) {
    writer.add(name, StoredType::kF32, {static_cast<int64_t>(elements.size())}, elements.data());
  }
  writer.set_metadata("adam_steps", std::to_string(adam_steps));
  writer.write(path);
}

double cosine(const std::vector<float>& a, const std::vector<double>& b) {
  double ab = 0, aa = 0, bb = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    const auto x = static_cast<double>(a[i]);
    ab += x * b[i];
    aa += x * x;
    bb += b[i] * b[i];
  }
  return aa == 0 && bb == 0 ? 1 : ab / std::sqrt(aa * bb);
}

/// Prints how far the result is from one in a file: the greatest error of each kind, relative to
/// the tensor's norm, the least cosine of a gradient, and whose they are; and of each gradient.
void compare(const std::string& name, const TrainingResult& result, const std::string& path) {
  const SafetensorsFile file = SafetensorsFile::open(path);
  nlohmann::json line = {{"name", name + "/against"}};
  std::map<std::string, double> worst;
  line["gradient_cosine"] = 1.0;
  for (const auto& [key, elements] : result) {
    const std::string kind = key.substr(0, key.find('.'));
    const std::vector<double> wanted = all_of(file, key);
    const double error = relative_error({elements.begin(), elements.end()}, wanted);
    if (kind == "gradient") line["gradient_errors"][key] = error;
    const double likeness = kind == "gradient" ? cosine(elements, wanted) : 1;
    if (!(likeness >= line["gradient_cosine"].get<double>())) {
      line["gradient_cosine"] = likeness;
      line["gradient_cosine_tensor"] = key;
    }
    if (worst.contains(kind) && error <= worst[kind]) continue;
    worst[kind] = error;
    line[kind] = error;
    line[kind + "_tensor"] = key;
  }
  std::cout << line << std::endl;
}

/// Measures `reps` steps for every line of stdin, so that it may take turns with others.
void serve(const Arguments& options) {
  Training training(options.setting, options.dropout);
  for (int i = 0; i < options.warmup; ++i) training.step();
  std::cout << nlohmann::json{{"ready", options.name}} << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    measure(options.name, options.reps, 0, [&] { training.step(); });
  }
}

/// Trains `runs` times from the same start and prints whether all losses and weights have the same
/// bits.
void repeat(const Arguments& options) {
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

void add_options(const Options& command, Arguments& arguments) {
  TrainingSetting& setting = arguments.setting;
  command.text("--case", setting.case_file, "weights and inputs").required();
  command.several("--write-case", arguments.sizes, "make that file first: B T L D A E H V");
  command.text("--result", arguments.result_file, "write loss, gradients and updated weights");
  command.text("--against", arguments.against, "print how far they are from those of this file");
  command.number("--repeat", arguments.repeat, "train so often and compare the bits");
  command.text("--name", arguments.name, "of the lines printed");
  command.text("--device", arguments.device, "cpu or cuda");
  command.choice(
      "--precision", {"float32", "tf32", "bfloat16"}, arguments.precision,
      [&arguments](const std::string& precision) { arguments.precision = precision; },
      "float32, tf32 or bfloat16 (on cuda)");
  command.number("--clip-value", setting.clip_value, "bound of each element of the gradient");
  command.number("--clip-norm", setting.clip_norm, "bound of the norm of the whole gradient");
  command.number("--dropout", arguments.dropout, "rate in front of the output layer while timed");
  command.number("--threads", arguments.threads, "worker threads");
  command.number("--reps", arguments.reps, "timed steps; 0: none");
  command.number("--warmup", arguments.warmup, "steps before them");
  command.flag("--without-update", arguments.without_update, "time forward and backward alone");
  command.flag("--serve", arguments.serve, "time --reps steps for every line of stdin");
  command.number("--adam-steps", arguments.adam_steps, "for --result, --against and --repeat");
}

int run(int argc, char** argv) {
  Arguments arguments;
  CommandLine line("training_step",
                   "Training step of the soft-attention decoder on an exchanged case");
  add_options(line.options(), arguments);
  if (const auto code = line.parse(argc, argv, std::cout)) return *code;
  set_threads(arguments.threads);
  TrainingSetting& setting = arguments.setting;
  setting.device = Device::parse(arguments.device);
  setting.precision = arguments.precision == "bfloat16" ? DType::kBFloat16 : DType::kFloat32;
  if (!setting.device.is_cpu()) {
    setting.device.cuda_backend().context->options().tf32 = arguments.precision == "tf32";
  }
  if (!arguments.sizes.empty()) {
    std::vector<int64_t> n;
    for (const std::string& size : arguments.sizes) {
      n.push_back(parse_number<int64_t>("--write-case", size, 1, 1e9));
    }
    if (n.size() != 8) throw UsageError("--write-case: eight sizes are needed");
    write_random_case(setting.case_file, {n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7]});
  }
  if (!arguments.result_file.empty() || !arguments.against.empty()) {
    const TrainingResult result = training_result(setting, arguments.adam_steps);
    if (!arguments.result_file.empty()) {
      write_result(arguments.result_file, result, arguments.adam_steps);
    }
    if (!arguments.against.empty()) compare(arguments.name, result, arguments.against);
  }
  if (arguments.repeat > 0) repeat(arguments);
  if (arguments.serve) {
    serve(arguments);
  } else if (arguments.reps > 0) {
    Training training(setting, arguments.dropout);
    size_t taken = 0;
    measure(arguments.name, arguments.reps, arguments.warmup,
            [&] { arguments.without_update ? training.backward(taken++) : training.step(); });
  }
  return 0;
}

}  // namespace
}  // namespace storyteller

int main(int argc, char** argv) {
  return storyteller::run_benchmark("training_step", argc, argv, storyteller::run);
}
