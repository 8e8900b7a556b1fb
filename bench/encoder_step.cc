// Our side of bench/peers/encoder_step.py: forward and backward through a pretrained encoder with
// its batch norms folded, all of it or the layers from --from on, whose inputs then are cached
// activations; with --infer forward alone, as pictures are encoded.
#include <cmath>
#include <iostream>
#include <memory>
#include <string>

#include "bench/timing.h"
#include "core/ops/ops.h"
#include "model/encoder/encoder_options.h"
#include "model/encoder/encoder_training.h"
#include "tests/op_case.h"
#include "tools/cli/options.h"

namespace storyteller {
namespace {

int run(int argc, char** argv) {
  std::string encoder_name = "mobilenet_v2", name = "encoder_step", from = "all";
  int64_t pictures = 16;
  int threads = default_threads(), reps = 10, warmup = 2;
  bool infer = false;
  CommandLine line("encoder_step", "Training step of a pretrained encoder");
  const Options command = line.options();
  command.text("--encoder", encoder_name, "its name");
  command.text("--from", from, "first layer that learns, under torchvision's name, or all");
  command.flag("--infer", infer, "forward alone");
  command.number("--pictures", pictures, "per step");
  command.text("--name", name, "of the line printed");
  command.number("--threads", threads, "worker threads");
  command.number("--reps", reps, "timed steps");
  command.number("--warmup", warmup, "steps before them");
  if (const auto code = line.parse(argc, argv, std::cout)) return *code;
  set_threads(threads);

  Parameters parameters;
  parameters.add_group({.name = "encoder"});
  const std::unique_ptr<Encoder> encoder =
      make_encoder(encoder_name, parameters,
                   encoder_options(encoder_name, {.norm = EncoderChoices::Norm::kFolded}));
  const size_t first = first_trained_layer(*encoder, {.from = from});
  freeze_layers_before(first, *encoder, parameters);
  parameters.allocate(DType::kFloat32, Device::cpu(), 1, true);
  for (Parameters::Id id = 0; id < parameters.size(); ++id) {  // variance-keeping weights
    const Tensor& value = parameters.value(id);
    const auto fan_in = static_cast<double>(value.shape().row_elements());
    const double bound = value.shape().rank() == 1 ? 0 : std::sqrt(6 / fan_in);
    auto* x = value.data<float>();
    const std::vector<double> random = random_array(id + 1, value.elements());
    for (int64_t i = 0; i < value.elements(); ++i) {
      x[i] = static_cast<float>(random[static_cast<size_t>(i)] * bound);
    }
  }
  parameters.bump_version();

  const Preprocessing input = encoder->preprocessing();
  const Shape shape = {pictures, input.height, input.width, 3};
  Tape untaped(Tape::Mode::kInfer);
  const Tensor x =
      encoder
          ->forward_layers(untaped, Var(tensor_of<float>(shape, random_array(1, shape.elements()))),
                           0, first)
          .value();
  if (infer) {
    measure(name, reps, warmup,
            [&] { encoder->forward_layers(untaped, Var(x), first, encoder->layers().size()); });
    return 0;
  }
  Tensor gradient;
  Tape tape(Tape::Mode::kTrain);
  measure(name, reps, warmup, [&] {
    tape.reset();
    parameters.forget_gradients();
    const Var y = encoder->forward_layers(tape, Var(x), first, encoder->layers().size());
    if (!gradient) {
      gradient = tensor_of<float>(y.shape(), random_array(2, y.shape().elements()));
    }
    give_gradient(y, gradient);
    tape.backward({});
    parameters.complete_gradients();
    parameters.bump_version();  // as after an update: weights are packed again
  });
  return 0;
}

}  // namespace
}  // namespace storyteller

int main(int argc, char** argv) {
  return storyteller::run_benchmark("encoder_step", argc, argv, storyteller::run);
}
