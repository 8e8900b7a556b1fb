// Our side of bench/peers/decoder_step.py and flickr8k_step.py: the same case, the same step, the
// same results and timing lines. bench/run compares the two.
#include <exception>
#include <iostream>
#include <map>

#include <CLI/CLI.hpp>

#include "bench/exchanged_case.h"
#include "bench/timing.h"
#include "core/serialization/safetensors_writer.h"
#include "core/system/threads.h"
#include "train/caption_loss.h"
#include "train/optimizer.h"

namespace storyteller {
namespace {

struct Options {
  std::string case_file, result_file, name = "training_step";
  double clip_value = 0, clip_norm = 0;
  float dropout = 0.5F;
  int threads = default_threads(), reps = 10, warmup = 2, adam_steps = 10;
};

/// The decoder, Adam, and the batches of the case in turn.
class Training {
 public:
  Training(const Options& options, float dropout)
      : case_(ExchangedCase::read(options.case_file, dropout, true)),
        optimizer_({.clip_norm = options.clip_norm, .clip_value = options.clip_value},
                   case_->parameters),
        rate_(std::stod(case_->file.metadata("learning_rate"))) {
    const int64_t rows = std::stoll(case_->file.metadata("rows_per_batch"));
    const int64_t images = case_->features.size(0);
    std::vector<int64_t> image(static_cast<size_t>(case_->file.find("input.image").shape[0]));
    case_->file.read_int64("input.image", image);
    for (size_t first = 0; first < image.size(); first += static_cast<size_t>(rows)) {
      batches_.push_back(
          batch_of(case_->file, images, Device::cpu(), static_cast<int64_t>(first), rows));
      std::vector<int32_t> chosen(image.begin() + static_cast<int64_t>(first),
                                  image.begin() + static_cast<int64_t>(first) + rows);
      bool whole = rows == images;
      for (size_t row = 0; row < chosen.size(); ++row)
        whole &= chosen[row] == static_cast<int>(row);
      chosen_.push_back(whole ? Tensor() : Tensor::from({rows}, chosen));
      if (whole) continue;
      for (size_t row = 0; row < chosen.size(); ++row) chosen[row] = static_cast<int32_t>(row);
      batches_.back().map = make_row_map(chosen, rows, Device::cpu());
    }
  }

  const ExchangedCase& exchanged() const { return *case_; }

  /// Loss and gradients of a batch.
  double backward(size_t index) {
    const size_t i = index % batches_.size();
    tape_.reset();
    case_->parameters.forget_gradients();
    case_->decoder->refresh();
    const CaptionLoss loss =
        caption_loss(tape_, *case_->decoder, loop_, features_of(i), batches_[i], {},
                     {1, index, batches_[i].row_key.data<uint64_t>()});
    tape_.backward({loss.cross_entropy, loss.coverage});
    return to_host_scalar(loss.cross_entropy.value()) + to_host_scalar(loss.coverage.value());
  }

  double step() {
    const double loss = backward(taken_++);
    optimizer_.step(rate_);
    return loss;
  }

 private:
  Var features_of(size_t i) {
    const Tensor& all = case_->features;
    if (!chosen_[i]) return Var(all);
    const int64_t L = all.size(1), D = all.size(2);
    const Var rows = embedding(tape_, Var(all.reshaped({all.size(0), L * D})), chosen_[i]);
    return tape_.reshaped(rows, {chosen_[i].size(0), L, D});
  }

  std::unique_ptr<ExchangedCase> case_;
  Optimizer optimizer_;
  double rate_;
  std::vector<PackedBatch> batches_;
  std::vector<Tensor> chosen_;  // pictures of each batch; empty: all of them, in order
  Tape tape_{Tape::Mode::kTrain};
  Decoder::Loop loop_;
  size_t taken_ = 0;
};

/// Adds our parameters, or their gradients, under the names and in the shapes of the exchange.
void gather(const ExchangedCase& exchanged, const std::string& prefix, bool gradients,
            std::map<std::string, std::vector<float>>& values) {
  const Parameters& parameters = exchanged.parameters;
  for (const ExchangedWeight& weight : exchanged_weights(exchanged.decoder->options())) {
    const Var value = parameters.var(parameters.find(weight.ours));
    const Tensor& part = gradients ? value.slot()->gradient : value.value();
    std::vector<float>& whole = values[prefix + weight.theirs];
    whole.resize(static_cast<size_t>(element_count(exchanged.file.find(weight.theirs).shape)));
    const std::vector<float> elements = part.to_host<float>();
    std::copy(elements.begin(), elements.end(),
              whole.begin() + weight.first_row * part.shape().row_elements());
  }
}

void write_result(const Options& options) {
  Training training(options, 0);
  std::map<std::string, std::vector<float>> values;
  values["loss"] = {static_cast<float>(training.backward(0))};
  gather(training.exchanged(), "gradient.", true, values);
  for (int i = 0; i < options.adam_steps; ++i) training.step();
  gather(training.exchanged(), "updated.", false, values);
  SafetensorsWriter writer;
  for (const auto& [name, elements] : values) {
    const size_t dot = name.find('.');
    std::vector<int64_t> shape = {1};
    if (dot != std::string::npos) {
      const auto theirs = training.exchanged().file.find(name.substr(dot + 1)).shape;
      shape.assign(theirs.begin(), theirs.end());
    }
    writer.add(name, StoredType::kF32, shape, elements.data());
  }
  writer.set_metadata("adam_steps", std::to_string(options.adam_steps));
  writer.write(options.result_file);
}

int run(int argc, char** argv) {
  Options options;
  CLI::App app("Training step of the soft-attention decoder on an exchanged case");
  app.add_option("--case", options.case_file, "weights and inputs")->required();
  app.add_option("--result", options.result_file, "write loss, gradients and updated weights");
  app.add_option("--name", options.name, "of the timing line");
  app.add_option("--clip-value", options.clip_value, "bound of each element of the gradient");
  app.add_option("--clip-norm", options.clip_norm, "bound of the norm of the whole gradient");
  app.add_option("--dropout", options.dropout, "rate in front of the output layer while timed");
  app.add_option("--threads", options.threads, "worker threads");
  app.add_option("--reps", options.reps, "timed steps; 0: none");
  app.add_option("--warmup", options.warmup, "steps before them");
  app.add_option("--adam-steps", options.adam_steps, "for --result");
  CLI11_PARSE(app, argc, argv);
  set_threads(options.threads);
  if (!options.result_file.empty()) write_result(options);
  if (options.reps > 0) {
    Training training(options, options.dropout);
    measure(options.name, options.reps, options.warmup, [&] { training.step(); });
  }
  return 0;
}

}  // namespace
}  // namespace storyteller

int main(int argc, char** argv) {
  storyteller::wait_passively(argv);
  try {
    return storyteller::run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "training_step: " << error.what() << '\n';
    return 1;
  }
}
