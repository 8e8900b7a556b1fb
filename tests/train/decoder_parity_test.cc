// The decoder against PyTorch: same weights -> logits, loss, every gradient, ten Adam steps.
// Goldens: tests/goldens/make_decoder_goldens.py.
#include <string>

#include <gtest/gtest.h>

#include "tests/golden_decoder.h"
#include "train/objectives/caption_loss.h"
#include "train/optimization/optimizer.h"

namespace storyteller::decoder_parity_test {
namespace {

class DecoderParity : public testing::TestWithParam<std::string> {
 protected:
  DecoderParity()
      : file_(SafetensorsFile::open(std::string(STORYTELLER_SOURCE_DIR) +
                                    "/tests/goldens/decoder_" + GetParam() + ".safetensors")) {
    const bool is_double = file_.find("logits").type == StoredType::kF64;
    type_ = is_double ? DType::kFloat64 : DType::kFloat32;
    tolerance_ = is_double ? 1e-9 : 1e-5;
    const auto features = file_.find("input.features").shape;
    options_.vocabulary = file_.find("decoder.embedding.weight").shape[0];
    options_.embedding = file_.find("decoder.embedding.weight").shape[1];
    options_.feature_width = features[2];
    options_.hidden = file_.find("decoder.output.weight").shape[1];
    options_.attention = file_.find("decoder.key.weight").shape[0];
    options_.score =
        file_.metadata("score") == "tanh" ? ScoreFunction::kTanh : ScoreFunction::kRelu;
    options_.gate =
        file_.metadata("gate") == "vector" ? ContextGate::kVector : ContextGate::kScalar;
    options_.initial_state =
        file_.metadata("initial") == "tanh" ? InitialState::kTanh : InitialState::kLinear;
    if (GetParam().starts_with("word_sum")) {
      options_.query = AttentionQuery::kHiddenAndWord;
      options_.output = OutputLayer::kSum;
    }
    parameters_.add_group({.name = "decoder"});
    decoder_ = make_decoder(options_, parameters_);
    loop_ = decoder_->make_loop();
    parameters_.allocate(type_, device_, 1, true);
    features_ = Tensor::empty({features[0], features[1], features[2]}, type_, device_);
    copy_to(features_, all_of(file_, "input.features"));
    batch_ = batch_of(file_, features[0], device_);
  }

  void take_weights() {
    for (const ExchangedWeight& weight : exchanged_weights(options_)) {
      const Tensor& value = parameters_.value(parameters_.find(weight.ours));
      copy_to(value, part_of(file_, "", weight, value.shape()));
    }
    parameters_.bump_version();
  }

  /// One forward and backward pass.
  CaptionLoss run(double smoothing) {
    tape_.reset();
    parameters_.forget_gradients();
    decoder_->refresh();
    input_ = tape_.output(features_, true);
    const CaptionLoss loss = caption_loss(tape_, *decoder_, *loop_, input_, batch_,
                                          {smoothing, std::stod(file_.metadata("lambda"))}, {});
    tape_.backward({loss.cross_entropy, loss.coverage});
    parameters_.complete_gradients();
    return loss;
  }

  const Device device_ = Device::cpu();
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

TEST_P(DecoderParity, LogitsAndAttentionMatch) {
  take_weights();
  decoder_->refresh();
  Tape tape(Tape::Mode::kInfer);
  const auto memory = decoder_->prepare(tape, Var(features_));
  auto state = decoder_->initial_state(tape, memory, batch_.map);
  decoder_->begin(tape, *loop_, memory, batch_.map, batch_.rows(), batch_.words);
  for (int64_t t = 0; t < batch_.rows().steps; ++t) state = decoder_->step(tape, *loop_, t, state);
  const Var logits = decoder_->logits(tape, *loop_);
  EXPECT_LT(relative_error(to_double(logits.value()), all_of(file_, "logits")), tolerance_);
  EXPECT_LT(
      relative_error(to_double(decoder_->attention(*loop_).alpha.value()), all_of(file_, "alpha")),
      tolerance_);
}

TEST_P(DecoderParity, LossAndEveryGradientMatch) {
  for (const auto& [name, smoothing] :
       {std::pair("smoothing_0", 0.0), std::pair("smoothing_0.1", 0.1)}) {
    take_weights();
    const CaptionLoss loss = run(smoothing);
    const std::string prefix = std::string(name) + ".";
    const double cross_entropy = to_double(loss.cross_entropy.value())[0];
    const double total = cross_entropy + to_double(loss.coverage.value())[0];
    EXPECT_NEAR(cross_entropy / all_of(file_, prefix + "cross_entropy")[0], 1, tolerance_);
    EXPECT_NEAR(total / all_of(file_, prefix + "loss")[0], 1, tolerance_);
    for (const ExchangedWeight& weight : exchanged_weights(options_)) {
      const Var value = parameters_.var(parameters_.find(weight.ours));
      const auto expected = part_of(file_, prefix + "gradient.", weight, value.shape());
      EXPECT_LT(relative_error(to_double(value.slot()->gradient), expected), tolerance_)
          << weight.ours << ", " << name;
    }
    EXPECT_LT(relative_error(to_double(gathered_gradient(input_)),
                             all_of(file_, prefix + "gradient.input.features")),
              tolerance_)
        << "features, " << name;
  }
}

TEST_P(DecoderParity, TenAdamStepsMatch) {
  for (const auto& [name, smoothing] :
       {std::pair("smoothing_0", 0.0), std::pair("smoothing_0.1", 0.1)}) {
    take_weights();
    Optimizer optimizer({.kind = OptimizerKind::kAdam, .clip_norm = 0}, parameters_);
    for (int step = 0; step < std::stoi(file_.metadata("adam_steps")); ++step) {
      run(smoothing);
      optimizer.step(std::stod(file_.metadata("learning_rate")));
    }
    for (const ExchangedWeight& weight : exchanged_weights(options_)) {
      const Tensor& value = parameters_.value(parameters_.find(weight.ours));
      const auto expected = part_of(file_, std::string(name) + ".updated.", weight, value.shape());
      EXPECT_LT(relative_error(to_double(value), expected), tolerance_) << weight.ours;
    }
  }
}

std::vector<std::string> all_variants() {
  std::vector<std::string> names = {"word_sum_float64", "word_sum_float32"};
  for (const char* score : {"tanh", "relu"}) {
    for (const char* gate : {"vector", "scalar"}) {
      for (const char* initial : {"tanh", "linear"}) {
        for (const char* type : {"float64", "float32"}) {
          names.push_back(std::string(score) + "_" + gate + "_" + initial + "_" + type);
        }
      }
    }
  }
  return names;
}

INSTANTIATE_TEST_SUITE_P(AllVariants, DecoderParity, testing::ValuesIn(all_variants()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace storyteller::decoder_parity_test
