// Our side of bench/peers/decode.py: captions of one picture, 20 words, greedy and with 5 beams; on
// a GPU of many pictures at once. Our search never says the first four words of a vocabulary (pad,
// start, end, unknown) unless it ends a caption; bench/run bars them by their biases, for both
// sides.

#include <algorithm>
#include <iostream>

#include "bench/exchanged_case.h"
#include "bench/timing.h"
#include "core/serialization/safetensors_writer.h"
#include "model/search/search.h"
#include "model/vocabulary.h"
#include "tools/cli/options.h"

namespace storyteller {
namespace {

struct SearchCase {
  const char* name;
  int beam;
};
constexpr SearchCase kSearches[] = {{"greedy", 1}, {"beam5", 5}};

int run(int argc, char** argv) {
  std::string case_file, result_file, device = "cpu", precision = "float32", only;
  int threads = default_threads(), reps = 15, warmup = 2, pictures = 1;
  bool never_ends = false;
  CommandLine line("decode", "Greedy and beam-5 captions of one picture of an exchanged case");
  const Options command = line.options();
  command.text("--case", case_file, "weights and input.features (1,L,D)").required();
  command.text("--result", result_file, "write the captions found and their log-probabilities");
  command.text("--device", device, "cpu or cuda");
  command.choice(
      "--precision", {"float32", "bfloat16"}, precision,
      [&precision](const std::string& given) { precision = given; },
      "float32 or bfloat16 (on cuda)");
  command.number("--pictures", pictures, "how many of the case's pictures at once", {1, 1e6});
  command.text("--only", only, "one of greedy and beam5");
  command.flag("--never-ends", never_ends, "bar the word that ends a caption");
  command.number("--threads", threads, "worker threads");
  command.number("--reps", reps, "timed searches; 0: none");
  command.number("--warmup", warmup, "searches before them");
  if (const auto code = line.parse(argc, argv, std::cout)) return *code;
  set_threads(threads);

  const auto exchanged =
      ExchangedCase::read(case_file, 0, false, Device::parse(device),
                          precision == "bfloat16" ? DType::kBFloat16 : DType::kFloat32);
  if (never_ends) {
    Parameters& parameters = exchanged->parameters;
    const Tensor& bias = parameters.value(parameters.find("decoder.output.bias"));
    std::vector<float> biases = bias.to_host<float>();
    biases[Vocabulary::kEnd] = -1e4F;
    bias.copy_from_host(biases.data());
    parameters.bump_version();
  }
  exchanged->decoder->refresh();
  const Tensor features =
      exchanged->features.row_range(0, std::min<int64_t>(pictures, exchanged->features.size(0)));
  const auto search = [&](int beam) {
    return best_captions(*exchanged->decoder, features,
                         {.beam = beam, .max_words = 20, .length_penalty = 0})[0];
  };
  if (!result_file.empty()) {
    std::vector<std::vector<int32_t>> words;
    std::vector<float> scores;
    for (const SearchCase& kind : kSearches) {
      const Caption found = search(kind.beam);
      words.emplace_back(found.words.begin(), found.words.end());
      scores.push_back(static_cast<float>(found.log_probability));
    }
    SafetensorsWriter writer;
    for (size_t i = 0; i < words.size(); ++i) {
      const std::string name = std::string("ours.") + kSearches[i].name;
      writer.add(name + ".words", StoredType::kI32, {static_cast<int64_t>(words[i].size())},
                 words[i].data());
      writer.add(name + ".score", StoredType::kF32, {1}, &scores[i]);
    }
    writer.write(result_file);
  }
  for (const SearchCase& kind : kSearches) {
    if (!only.empty() && only != kind.name) continue;
    measure(std::string("decode/") + kind.name + "/ours", reps, warmup, [&] { search(kind.beam); });
  }
  return 0;
}

}  // namespace
}  // namespace storyteller

int main(int argc, char** argv) {
  return storyteller::run_benchmark("decode", argc, argv, storyteller::run);
}
