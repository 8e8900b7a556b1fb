// Every kind of decoder with every cell, trained, interrupted and resumed on CUDA, says in every
// search what it says on the CPU.
#include <algorithm>
#include <cmath>
#include <csignal>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/system/signals.h"
#include "tests/decoder_choices.h"
#include "tests/temporary_folder.h"
#include "tests/train/tiny_training.h"

namespace storyteller::decoders_with_cells_test {
namespace {

// Few words and pictures, as an emulated device is slow.
const std::vector<std::vector<std::string>> kCaptions = {{"a red dog", "a dog"},
                                                         {"the green house", "a house"}};
constexpr int64_t kRegions = 49, kWidth = 1280;  // of mobilenet_v2
constexpr double kTolerance = 1e-4;

class CudaDecodersWithCells : public testing::TestWithParam<DecoderChoice> {
 protected:
  CudaDecodersWithCells() : training_("mobilenet_v2", kCaptions, folder_.path()) {
    DecoderOptions& decoder = training_.model().decoder;
    decoder.kind = GetParam().kind;
    decoder.cell = GetParam().cell;
    decoder.embedding = decoder.attention = 4;
    decoder.hidden = 6;
    decoder.semi_sampling = 1;
    training_.model().search = {.beam = 1, .max_words = 1};
  }

  /// Two steps, in two processes.
  std::filesystem::path trained_on(Device device) {
    TrainOptions options;
    options.epochs = 1;
    options.batch_size = 2;
    options.learning_rate = 0.01;
    options.region_entropy = 0.1;
    const std::filesystem::path folder = folder_ / std::string(device.is_cpu() ? "cpu" : "cuda");
    int64_t steps = 0;
    for (int process = 0; process < 2; ++process) {
      const StopSignals signals;
      TrainingObserver observer;
      observer.step = [&](const TrainingState& state, int64_t, double) {
        steps = state.step;
        if (process == 0) std::raise(SIGTERM);
      };
      const auto run = training_.start(options, folder, observer, device);
      EXPECT_EQ(run->trainer->resume(), process > 0);
      const Trainer::Outcome outcome = run->trainer->run();
      EXPECT_EQ(outcome == Trainer::Outcome::kFinished, process > 0);
      EXPECT_EQ(steps, process + 1);
    }
    return folder / "best.storyteller";
  }

 private:
  TemporaryFolder folder_;

 protected:
  TinyTraining training_;
};

/// Of a picture that nobody trained with.
Tensor random_features(Device device) {
  std::vector<float> values;
  for (uint64_t i = 0; i < kRegions * kWidth; ++i) {
    values.push_back(uniform01(philox(11, 0, i)[0]) - 0.5F);
  }
  return Tensor::from({1, kRegions, kWidth}, values, device);
}

void expect_near(const Caption& got, const Caption& wanted) {
  EXPECT_EQ(got.words, wanted.words);
  EXPECT_EQ(got.finished, wanted.finished);
  EXPECT_NEAR(got.log_probability, wanted.log_probability,
              kTolerance * std::abs(wanted.log_probability));
  ASSERT_EQ(got.alpha.size(), wanted.alpha.size());
  for (size_t i = 0; i < got.alpha.size(); ++i) {
    ASSERT_NEAR(got.alpha[i], wanted.alpha[i], kTolerance);
  }
}

TEST_P(CudaDecodersWithCells, ARunThatWasCutSaysWhatItSaysOnTheCpu) {
  const auto on_cpu = Captioner::load(trained_on(Device::cpu()), Device::cpu());
  const auto on_cuda = Captioner::load(trained_on(Device::cuda()), Device::cuda());
  const Tensor here = random_features(Device::cpu()), there = random_features(Device::cuda());
  const std::vector<SearchOptions> searches = {{.beam = 1, .max_words = 3},
                                               {.beam = 2, .max_words = 3},
                                               {.beam = 2, .max_words = 3, .diverse = 2},
                                               {.max_words = 3, .sample = 2, .top_k = 5}};
  for (size_t i = 0; i < searches.size(); ++i) {
    SCOPED_TRACE(testing::Message() << "search " << i);
    const auto wanted = on_cpu->captions(here, searches[i]);
    const auto got = on_cuda->captions(there, searches[i]);
    ASSERT_EQ(got.size(), wanted.size());
    for (size_t picture = 0; picture < got.size(); ++picture) {
      ASSERT_EQ(std::ssize(got[picture]), captions_wanted(searches[i]));
      ASSERT_EQ(got[picture].size(), wanted[picture].size());
      for (size_t c = 0; c < got[picture].size(); ++c) {
        expect_near(got[picture][c], wanted[picture][c]);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(AllKinds, CudaDecodersWithCells, testing::ValuesIn(decoders_with_cells()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace storyteller::decoders_with_cells_test
