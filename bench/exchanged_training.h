#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "bench/exchanged_case.h"
#include "train/objectives/caption_loss.h"
#include "train/optimization/optimizer.h"

namespace storyteller {

/// What is trained, where, and how.
struct TrainingSetting {
  std::string case_file;
  Device device = Device::cpu();
  DType precision = DType::kFloat32;
  double clip_value = 0, clip_norm = 0;
};

/// The decoder, Adam, and the batches of the case in turn.
class Training {
 public:
  Training(const TrainingSetting& setting, float dropout)
      : case_(ExchangedCase::read(setting.case_file, dropout, true, setting.device,
                                  setting.precision)),
        optimizer_({.clip_norm = setting.clip_norm, .clip_value = setting.clip_value},
                   case_->parameters),
        rate_(std::stod(case_->file.metadata("learning_rate"))) {
    const Device device = setting.device;
    const int64_t rows = std::stoll(case_->file.metadata("rows_per_batch"));
    const int64_t images = case_->features.size(0);
    std::vector<int64_t> image(static_cast<size_t>(case_->file.find("input.image").shape[0]));
    case_->file.read_int64("input.image", image);
    for (size_t first = 0; first < image.size(); first += static_cast<size_t>(rows)) {
      batches_.push_back(batch_of(case_->file, images, device, static_cast<int64_t>(first), rows));
      std::vector<int32_t> chosen(image.begin() + static_cast<int64_t>(first),
                                  image.begin() + static_cast<int64_t>(first) + rows);
      bool whole = rows == images;
      for (size_t row = 0; row < chosen.size(); ++row)
        whole &= chosen[row] == static_cast<int>(row);
      chosen_.push_back(whole ? Tensor() : Tensor::from({rows}, chosen, device));
      if (whole) continue;
      for (size_t row = 0; row < chosen.size(); ++row) chosen[row] = static_cast<int32_t>(row);
      batches_.back().map = make_row_map(chosen, rows, device);
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
        caption_loss(tape_, *case_->decoder, *loop_, features_of(i), batches_[i], {},
                     {1, index, batches_[i].row_key.data<uint64_t>()});
    tape_.backward({loss.cross_entropy, loss.coverage, loss.regions});
    double sum = 0;
    for (const Var& term : {loss.cross_entropy, loss.coverage, loss.regions}) {
      if (term) sum += to_host_scalar(term.value());
    }
    return sum;
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
  std::unique_ptr<DecoderLoop> loop_ = case_->decoder->make_loop();
  size_t taken_ = 0;
};

/// What a training step gives: `loss`, `gradient.<weight>` and `updated.<weight>`, under the names
/// of the exchange.
using TrainingResult = std::map<std::string, std::vector<float>>;

/// Adds our parameters, or their gradients, under the names and in the shapes of the exchange.
inline void gather(const ExchangedCase& exchanged, const std::string& prefix, bool gradients,
                   TrainingResult& values) {
  const Parameters& parameters = exchanged.parameters;
  for (const ExchangedWeight& weight : exchanged.weights()) {
    const Var value = parameters.var(parameters.find(weight.ours));
    const Tensor& part = gradients ? value.slot()->gradient : value.value();
    std::vector<float>& whole = values[prefix + weight.theirs];
    whole.resize(static_cast<size_t>(element_count(exchanged.file.find(weight.theirs).shape)));
    const std::vector<float> elements = to_host_float(part);
    std::copy(elements.begin(), elements.end(),
              whole.begin() + weight.first_row * part.shape().row_elements());
  }
}

/// Loss and gradients of the first batch and the weights after `adam_steps` steps, without dropout.
inline TrainingResult training_result(const TrainingSetting& setting, int adam_steps) {
  Training training(setting, 0);
  TrainingResult values;
  values["loss"] = {static_cast<float>(training.backward(0))};
  gather(training.exchanged(), "gradient.", true, values);
  for (int i = 0; i < adam_steps; ++i) training.step();
  gather(training.exchanged(), "updated.", false, values);
  return values;
}

}  // namespace storyteller
