// Every kind of decoder against PyTorch: same weights -> logits, loss, every gradient, ten Adam
// steps; hard attention with the same draws. Goldens: tests/goldens/make_kind_goldens.py.
#include <algorithm>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "tests/golden_decoder.h"
#include "train/objectives/caption_loss.h"
#include "train/optimization/optimizer.h"

namespace storyteller::decoder_kind_parity_test {
namespace {

const std::filesystem::path kGoldens =
    std::filesystem::path(STORYTELLER_SOURCE_DIR) / "tests" / "goldens";

class DecoderKindParity : public testing::TestWithParam<std::string> {
 protected:
  DecoderKindParity()
      : file_(SafetensorsFile::open((kGoldens / (GetParam() + ".safetensors")).string())) {
    const bool is_double = file_.find("logits").type == StoredType::kF64;
    type_ = is_double ? DType::kFloat64 : DType::kFloat32;
    tolerance_ = is_double ? 1e-9 : 1e-5;
    const auto features = file_.find("input.features").shape;
    options_.vocabulary = file_.find("decoder.embedding.weight").shape[0];
    options_.feature_width = features[2];
    Config config;
    declare(options_, config);
    config.load_json(file_.metadata("options"), Config::Source::kFile, GetParam());
    parameters_.add_group({.name = "decoder"});
    decoder_ = make_decoder(options_, parameters_);
    loop_ = decoder_->make_loop();
    parameters_.allocate(type_, Device::cpu(), 1, true);
    features_ = Tensor::empty({features[0], features[1], features[2]}, type_, Device::cpu());
    copy_to(features_, all_of(file_, "input.features"));
    batch_ = batch_of(file_, features[0], Device::cpu());
    for (Parameters::Id id = 0; id < parameters_.size(); ++id) {
      if (!parameters_.is_buffer(id)) {
        copy_to(parameters_.value(id), all_of(file_, parameters_.name(id)));
      }
    }
    parameters_.bump_version();
  }

  double number(const std::string& name) const { return std::stod(file_.metadata(name)); }

  /// One forward and backward pass.
  CaptionLoss run(uint64_t step) {
    tape_.reset();
    parameters_.forget_gradients();
    decoder_->refresh();
    input_ = tape_.output(features_, true);
    const CaptionLoss loss =
        caption_loss(tape_, *decoder_, *loop_, input_, batch_,
                     {.label_smoothing = 0,
                      .coverage_weight = number("coverage"),
                      .region_reward = number("region_reward"),
                      .region_entropy = number("region_entropy")},
                     {.seed = 0, .step = step, .row_key = batch_.row_key.data<uint64_t>()});
    tape_.backward({loss.cross_entropy, loss.coverage, loss.regions});
    parameters_.complete_gradients();
    return loss;
  }

  SafetensorsFile file_;
  DType type_;
  double tolerance_;
  DecoderOptions options_;
  Parameters parameters_;
  std::unique_ptr<Decoder> decoder_;
  Tensor features_;
  PackedBatch batch_;
  Tape tape_{Tape::Mode::kTrain};
  std::unique_ptr<DecoderLoop> loop_;
  Var input_;
};

TEST_P(DecoderKindParity, LogitsAndAttentionMatch) {
  decoder_->refresh();
  Tape tape(Tape::Mode::kTrain);  // hard attention draws in training
  const DecoderMemory memory = decoder_->prepare(tape, Var(features_));
  DecoderState state = decoder_->initial_state(tape, memory, batch_.map);
  decoder_->begin(tape, *loop_, memory, batch_.map, batch_.rows(), batch_.words,
                  {.row_key = batch_.row_key.data<uint64_t>()});
  for (int64_t t = 0; t < batch_.rows().steps; ++t) state = decoder_->step(tape, *loop_, t, state);
  EXPECT_LT(
      relative_error(to_double(decoder_->logits(tape, *loop_).value()), all_of(file_, "logits")),
      tolerance_);
  const AttentionTrace trace = decoder_->attention(*loop_);
  EXPECT_EQ(static_cast<bool>(trace), decoder_->attends());
  EXPECT_EQ(file_.contains("alpha"), decoder_->attends());
  if (trace) {
    EXPECT_LT(relative_error(to_double(trace.alpha.value()), all_of(file_, "alpha")), tolerance_);
  }
}

TEST_P(DecoderKindParity, LossAndEveryGradientMatch) {
  const CaptionLoss loss = run(0);
  const double cross_entropy = to_double(loss.cross_entropy.value())[0];
  double total = cross_entropy;
  for (const Var& term : {loss.coverage, loss.regions}) {
    if (term) total += to_double(term.value())[0];
  }
  EXPECT_NEAR(cross_entropy / all_of(file_, "cross_entropy")[0], 1, tolerance_);
  EXPECT_NEAR(total / all_of(file_, "loss")[0], 1, tolerance_);
  for (Parameters::Id id = 0; id < parameters_.size(); ++id) {
    if (parameters_.is_buffer(id)) continue;
    const std::string& name = parameters_.name(id);
    EXPECT_LT(relative_error(to_double(parameters_.var(id).slot()->gradient),
                             all_of(file_, "gradient." + name)),
              tolerance_)
        << name;
  }
  EXPECT_LT(relative_error(to_double(gathered_gradient(input_)),
                           all_of(file_, "gradient.input.features")),
            tolerance_);
}

TEST_P(DecoderKindParity, TenAdamStepsMatch) {
  Optimizer optimizer({.kind = OptimizerKind::kAdam, .clip_norm = 0}, parameters_);
  for (int step = 0; step < static_cast<int>(number("adam_steps")); ++step) {
    run(static_cast<uint64_t>(step));
    optimizer.step(number("learning_rate"));
  }
  for (Parameters::Id id = 0; id < parameters_.size(); ++id) {
    if (parameters_.is_buffer(id)) continue;
    const std::string& name = parameters_.name(id);
    EXPECT_LT(relative_error(to_double(parameters_.value(id)), all_of(file_, "updated." + name)),
              tolerance_)
        << name;
  }
}

std::vector<std::string> all_goldens() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kGoldens)) {
    const std::string name = entry.path().stem().string();
    if (name.starts_with("kind_")) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

INSTANTIATE_TEST_SUITE_P(AllGoldens, DecoderKindParity, testing::ValuesIn(all_goldens()),
                         [](const auto& info) { return info.param; });

TEST(DecoderKindParity, EveryKindHasAGolden) {
  const std::vector<std::string> goldens = all_goldens();
  for (const auto& [name, kind] : decoder_choices()) {
    EXPECT_TRUE(std::any_of(goldens.begin(), goldens.end(), [&](const std::string& golden) {
      return golden.starts_with("kind_" + name);
    })) << name;
  }
}

}  // namespace
}  // namespace storyteller::decoder_kind_parity_test
