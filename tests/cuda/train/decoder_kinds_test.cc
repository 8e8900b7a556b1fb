// Every kind of decoder beside the default one takes on CUDA the steps that it takes on the CPU.
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/temporary_folder.h"
#include "tests/train/tiny_training.h"

namespace storyteller {
namespace {

struct Kind {
  std::string name;
  std::function<void(DecoderOptions&)> choose;
};

/// As their papers have them, and what of them is a choice.
std::vector<Kind> kinds() {
  const auto of = [](DecoderKind kind) {
    return [kind](DecoderOptions& options) {
      options.kind = kind;
      options.gate = ContextGate::kNone;
      options.initial_state = InitialState::kZero;
    };
  };
  const auto fixed = [](ImageInput input) {
    return [input](DecoderOptions& options) {
      options.kind = DecoderKind::kFixed;
      options.image_input = input;
    };
  };
  return {{"hard",
           [](DecoderOptions& options) {
             options.kind = DecoderKind::kHard;
             options.semi_sampling = 1;
           }},
          {"adaptive", of(DecoderKind::kAdaptive)},
          {"att2in",
           [of](DecoderOptions& options) {
             of(DecoderKind::kAtt2in)(options);
             options.cell = CellKind::kMaxOutLstm;
           }},
          {"top_down", of(DecoderKind::kTopDown)},
          {"fixed, first", fixed(ImageInput::kFirst)},
          {"fixed, every", fixed(ImageInput::kEvery)},
          {"fixed, state", fixed(ImageInput::kState)}};
}

/// Losses of two steps; the second sees what the first changed.
std::vector<double> losses(const TinyTraining& training, DType precision,
                           const std::filesystem::path& folder, Device device) {
  TrainOptions options;
  options.precision = precision;
  options.batch_size = 2;
  options.learning_rate = 0.01;
  options.region_entropy = 0.1;
  const auto run = training.start(options, folder, {}, device);
  std::vector<double> losses;
  for (int i = 0; i < 2; ++i) losses.push_back(run->trainer->train_step());
  EXPECT_EQ(run->trainer->state().skipped, 0);
  return losses;
}

TEST(CudaDecoderKinds, TakeTheStepsOfTheCpu) {
  for (const Kind& kind : kinds()) {
    SCOPED_TRACE(kind.name);
    const TemporaryFolder folder;
    TinyTraining training("mobilenet_v2", TinyDataset::varied_captions(3), folder.path());
    kind.choose(training.model().decoder);
    const auto wanted = losses(training, DType::kFloat32, folder / "cpu", Device::cpu());
    const auto got = losses(training, DType::kFloat32, folder / "cuda", Device::cuda());
    const auto narrow = losses(training, DType::kBFloat16, folder / "bfloat16", Device::cuda());
    EXPECT_NE(wanted[1], wanted[0]);
    for (size_t i = 0; i < wanted.size(); ++i) {
      EXPECT_NEAR(got[i], wanted[i], 1e-4 * std::abs(wanted[i])) << "step " << i;
      EXPECT_NEAR(narrow[i], wanted[i], 3e-2 * std::abs(wanted[i])) << "step " << i;
    }
  }
}

}  // namespace
}  // namespace storyteller
