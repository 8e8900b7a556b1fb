// One row an op and direction, at the sizes of real work:
//   op_bench --benchmark_filter=Conv2d
#include <benchmark/benchmark.h>

#include "core/tape.h"
#include "tests/op_cases.h"

namespace storyteller {
namespace {

void run_op(benchmark::State& state, const OpCase& op, Tape::Mode mode) {
  std::vector<Tensor> tensors;
  const std::vector<Array> arrays = input_arrays(op);
  for (size_t i = 0; i < arrays.size(); ++i) {
    tensors.push_back(tensor_of<float>(op.inputs[i].shape, arrays[i]));
  }
  Tape tape(mode);
  std::vector<Tensor> weights;
  double bytes = 0;
  for (auto unused : state) {
    tape.reset();
    std::vector<Var> inputs;
    for (size_t i = 0; i < tensors.size(); ++i) {
      inputs.push_back(tape.output(tensors[i], op.inputs[i].differentiable));
    }
    const std::vector<Var> outputs = op.run(tape, inputs);
    for (size_t k = weights.size(); k < outputs.size(); ++k) {  // first iteration only
      const Tensor& value = outputs[k].value();
      weights.push_back(tensor_of<float>(value.shape(), output_weights(k, value.elements())));
      bytes += static_cast<double>(value.bytes());
    }
    for (size_t k = 0; k < outputs.size(); ++k) {
      if (outputs[k].tracked()) give_gradient(outputs[k], weights[k]);
    }
    tape.backward({});
    benchmark::ClobberMemory();
  }
  for (const Tensor& tensor : tensors) bytes += static_cast<double>(tensor.bytes());
  const double passes = mode == Tape::Mode::kTrain ? 3 : 1;  // backward is two products for one
  const auto rate = benchmark::Counter::kIsIterationInvariantRate;
  state.counters["bytes/s"] = benchmark::Counter(passes * bytes, rate);
  if (op.flops > 0) state.counters["flop/s"] = benchmark::Counter(passes * op.flops, rate);
}

}  // namespace
}  // namespace storyteller

int main(int argc, char** argv) {
  using storyteller::Tape;
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  for (const auto& op : storyteller::op_cases(storyteller::Sizes::real())) {
    for (const auto mode : {Tape::Mode::kInfer, Tape::Mode::kTrain}) {
      const std::string row = op.name + (mode == Tape::Mode::kInfer ? "/forward" : "/train");
      benchmark::RegisterBenchmark(
          row.c_str(),
          [op, mode](benchmark::State& state) { storyteller::run_op(state, op, mode); })
          ->Unit(benchmark::kMicrosecond)
          ->UseRealTime();
    }
  }
  benchmark::RunSpecifiedBenchmarks();
}
