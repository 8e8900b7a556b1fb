// Pictures per second through each encoder, preprocessed input to features:
//   OMP_NUM_THREADS=2 OMP_WAIT_POLICY=passive encoder_bench
// The train rows run backward too, from a gradient of ones.
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "core/parameters.h"
#include "model/encoder/encoder.h"
#include "model/encoder/network_table.h"
#include "tests/op_case.h"

namespace storyteller {
namespace {

void run_encoder(benchmark::State& state, const std::string& name, Tape::Mode mode) {
  Parameters parameters;
  parameters.add_group({.name = "encoder", .trainable = !is_pretrained(name)});
  const std::unique_ptr<Encoder> encoder = make_encoder(name, parameters);
  parameters.allocate(DType::kFloat32, Device::cpu(), 1, mode == Tape::Mode::kTrain);
  const Preprocessing input = encoder->preprocessing();
  const Shape shape = {state.range(0), input.height, input.width, 3};
  const Tensor pictures = tensor_of<float>(shape, random_array(1, shape.elements()));
  Tape tape(mode);
  for (auto unused : state) {
    tape.reset();
    parameters.forget_gradients();
    const Var features = encoder->forward(tape, Var(pictures));
    if (mode == Tape::Mode::kTrain) {
      give_gradient(features, Tensor::zeros(features.shape(), DType::kFloat32, Device::cpu()));
      tape.backward({});
    }
    benchmark::ClobberMemory();
  }
  state.counters["pictures/s"] = benchmark::Counter(static_cast<double>(state.range(0)),
                                                    benchmark::Counter::kIsIterationInvariantRate);
}

void register_rows() {
  const auto row = [](const std::string& name, Tape::Mode mode) {
    const std::string title = name + (mode == Tape::Mode::kTrain ? "/train" : "/infer");
    return benchmark::RegisterBenchmark(
               title.c_str(),
               [name, mode](benchmark::State& state) { run_encoder(state, name, mode); })
        ->Unit(benchmark::kMillisecond)
        ->UseRealTime();
  };
  for (const int batch : {1, 16, 32, 64}) {
    row("mobilenet_v2", Tape::Mode::kInfer)->Arg(batch);
    row("scene_cnn", Tape::Mode::kInfer)->Arg(batch);
  }
  row("scene_cnn", Tape::Mode::kInfer)->Arg(8);
  for (const std::string& name : network_names()) row(name, Tape::Mode::kInfer)->Arg(8);
  row("scene_cnn", Tape::Mode::kTrain)->Arg(32);
}

}  // namespace
}  // namespace storyteller

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  storyteller::register_rows();
  benchmark::RunSpecifiedBenchmarks();
}
