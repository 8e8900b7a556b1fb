// Every kind of decoder takes on CUDA the steps that it takes on the CPU.
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/decoder_choices.h"
#include "tests/temporary_folder.h"
#include "tests/train/tiny_training.h"

namespace storyteller::decoder_kinds_test {
namespace {

/// As their papers have them, and what of them is a choice.
std::vector<std::pair<std::string, DecoderOptions>> kinds(const DecoderOptions& of_model) {
  std::vector<std::pair<std::string, DecoderOptions>> kinds;
  const auto add = [&](const std::string& name) -> DecoderOptions& {
    DecoderOptions& options = kinds.emplace_back(name, of_model).second;
    choose_decoder(options, name);
    options.semi_sampling = 1;
    return options;
  };
  for (const auto& [name, kind] : decoder_choices()) add(name);
  for (const ImageInput input : {ImageInput::kEvery, ImageInput::kState}) {
    add("fixed").image_input = input;
  }
  return kinds;
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
  const TemporaryFolder folder;
  TinyTraining training("mobilenet_v2", TinyDataset::varied_captions(3), folder.path());
  for (const auto& [name, options] : kinds(training.model().decoder)) {
    SCOPED_TRACE(name);
    training.model().decoder = options;
    const auto wanted = losses(training, DType::kFloat32, folder / name / "cpu", Device::cpu());
    const auto got = losses(training, DType::kFloat32, folder / name / "cuda", Device::cuda());
    const auto narrow =
        losses(training, DType::kBFloat16, folder / name / "bfloat16", Device::cuda());
    EXPECT_NE(wanted[1], wanted[0]);
    for (size_t i = 0; i < wanted.size(); ++i) {
      EXPECT_NEAR(got[i], wanted[i], 1e-4 * std::abs(wanted[i])) << "step " << i;
      EXPECT_NEAR(narrow[i], wanted[i], 3e-2 * std::abs(wanted[i])) << "step " << i;
    }
  }
}

}  // namespace
}  // namespace storyteller::decoder_kinds_test
