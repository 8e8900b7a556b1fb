// What the device is given in a step of training and for a word of a search, against the tables in
// tests/cuda/launches.
#include <memory>

#include <gtest/gtest.h>
#include <string>

#include "kernels/cuda/context.h"
#include "kernels/source_op.h"
#include "tests/decoder_choices.h"
#include "tests/emulation/engine/call_table.h"
#include "tests/temporary_folder.h"
#include "tests/train/default_training.h"

namespace storyteller::launches_test {
namespace {

using emulation::CallKind;

/// Large uploads are cut where a segment of the pinned staging ends: begins a new one, so that the
/// cuts do not depend on what was uploaded before.
void begin_staging_anew() {
  constexpr size_t kSegment = 1 << 20, kPiece = 64;
  const Tensor room = Tensor::empty({kSegment}, DType::kInt32, Device::cuda());
  const std::vector<std::byte> bytes(kSegment);
  CudaContext& context = *Device::cuda().cuda_backend().context;
  emulation::keep_calls([] { return source_op; });
  context.upload(room.raw(), bytes.data(), kSegment);
  const std::vector<emulation::Call> calls = emulation::take_calls();
  if (calls.size() < 2) return;
  context.upload(room.raw(), bytes.data(),
                 kSegment - (calls.back().bytes + kPiece - 1) / kPiece * kPiece);
}

/// Of the second step; the first makes what later ones find.
CallTable table_of_a_step(const TinyTraining& training, const TrainOptions& options,
                          const std::filesystem::path& folder) {
  const auto run = training.start(options, folder, {}, Device::cuda());
  run->trainer->train_step();
  begin_staging_anew();
  emulation::keep_calls([] { return source_op; });
  run->trainer->train_step();
  EXPECT_EQ(run->trainer->state().skipped, 0);
  return CallTable(emulation::take_calls());
}

constexpr int kBatch = 6;
constexpr size_t kWords = 7;    // T is one more: <end>
constexpr int64_t kWidth = 32;  // what the device is given does not depend on it

TEST(Launches, OfAStepOfTheDefaultRecipe) {
  for (const DType precision : {DType::kFloat32, DType::kBFloat16}) {
    const TemporaryFolder folder;
    DefaultTraining small(equal_captions(2 * kBatch, kWords), folder.path(), kWidth);
    small.options().batch_size = kBatch;
    small.options().precision = precision;
    const CallTable table = table_of_a_step(small.training(), small.options(), folder / "run");
    const std::string type = name_of(precision);
    EXPECT_EQ(difference_from_golden(
                  "training_step_" + type,
                  "A step of train's default recipe, " + type + ", 6 captions of 6 pictures, T = 8",
                  table),
              "");
    EXPECT_EQ(table.count(CallKind::kWait), 2);
  }
}

// 64 captions of 20 steps; with layers as wide as the recipe's two sums of columns more take a
// second launch.
TEST(LaunchesSlow, OfAStepOfTheDefaultRecipeAtItsOwnSize) {
  const TemporaryFolder folder;
  DefaultTraining full(equal_captions(2 * 64, 19), folder.path(), kWidth);
  const CallTable table = table_of_a_step(full.training(), full.options(), folder / "run");
  EXPECT_EQ(
      difference_from_golden(
          "training_step_of_64",
          "A step of train's default recipe, float32, 64 captions of 64 pictures, T = 20", table),
      "");
}

TEST(Launches, OfAStepThatTrainsBatchNorms) {
  const TemporaryFolder folder;
  TinyTraining training("scene_cnn", equal_captions(4, 3), folder.path());
  TrainOptions options;
  options.batch_size = 2;
  options.min_count = 1;
  options.average_decay = 0.9;
  const CallTable table = table_of_a_step(training, options, folder / "run");
  EXPECT_EQ(
      difference_from_golden("training_step_scene_cnn",
                             "A step that trains an encoder with batch norms, 2 captions", table),
      "");
  EXPECT_EQ(table.count_named("keep_buffers"), 1);
}

TEST(Launches, OfAStepOfEachKindOfDecoder) {
  for (const auto& [name, kind] : decoder_choices()) {
    if (kind == DecoderKind::kSoft) continue;  // the default recipe's
    const TemporaryFolder folder;
    DefaultTraining small(equal_captions(4, 3), folder.path(), kWidth);
    small.options().batch_size = 2;
    DecoderOptions& decoder = small.training().model().decoder;
    choose_decoder(decoder, name);
    decoder.semi_sampling = 1;
    const CallTable table = table_of_a_step(small.training(), small.options(), folder / "run");
    EXPECT_EQ(difference_from_golden("training_step_" + name,
                                     "A step that trains decoder=" + name +
                                         ", float32, 2 captions of 2 pictures, T = 4",
                                     table),
              "");
    EXPECT_EQ(table.count(CallKind::kWait), 2) << name;
  }
}

TEST(Launches, StatisticsThatDoNotMoveCostNothing) {
  std::vector<std::string> tables;
  for (const bool unfolded : {false, true}) {
    const TemporaryFolder folder;
    DefaultTraining small(equal_captions(4, 2), folder.path(), kWidth);
    small.options().batch_size = 2;
    if (unfolded) {
      small.training().model().encoder_choices.norm = EncoderChoices::Norm::kBatch;
    }
    tables.push_back(table_of_a_step(small.training(), small.options(), folder / "run").text());
  }
  EXPECT_EQ(tables[1], tables[0]);
}

/// Of one search; no word is <end>.
CallTable table_of_a_search(Captioner& captioner, const Tensor& features, int words) {
  SearchOptions search = captioner.options().search;
  search.max_words = words;
  begin_staging_anew();
  emulation::keep_calls([] { return source_op; });
  const auto captions = captioner.caption(features, search);
  for (const Caption& caption : captions) {
    EXPECT_EQ(caption.words.size(), static_cast<size_t>(words)) << "ended before";
  }
  return CallTable(emulation::take_calls());
}

TEST(Launches, OfAWordOfASearch) {
  const TemporaryFolder folder;
  DefaultTraining small(equal_captions(12, kWords), folder.path(), kWidth);
  const auto run = small.training().start(small.options(), folder / "run", {}, Device::cuda());
  Parameters& parameters = run->captioner->parameters();
  const Tensor& bias = parameters.value(parameters.find("decoder.output.bias"));
  std::vector<float> biases = bias.to_host<float>();
  biases[Vocabulary::kEnd] = -100;
  bias.copy_from_host(biases.data());
  parameters.bump_version();
  run->captioner->decoder().refresh();
  const std::vector<float> values(4 * 49 * 1280, 0.25F);
  const Tensor features = Tensor::from({4, 49, 1280}, values, Device::cuda());
  table_of_a_search(*run->captioner, features, 5);
  const CallTable six = table_of_a_search(*run->captioner, features, 6);
  const CallTable five = table_of_a_search(*run->captioner, features, 5);
  EXPECT_EQ(difference_from_golden("search_word",
                                   "One word more of a search: 4 pictures, a beam of 3, float32",
                                   six.less(five)),
            "");
}

}  // namespace
}  // namespace storyteller::launches_test
