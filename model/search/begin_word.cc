#include "model/search/begin_word.h"

#include <algorithm>
#include <utility>

#include "model/vocabulary.h"

namespace storyteller {
namespace {

class BeginWord final : public StepModel {
 public:
  BeginWord(int word, std::unique_ptr<StepModel> model) : word_(word), model_(std::move(model)) {}

  int64_t vocabulary() const override { return model_->vocabulary(); }
  void start(std::span<const Tensor> features) override { model_->start(features); }
  Tensor step(const std::vector<int32_t>& words) override {
    // <start> is never generated: where it is read, a sentence begins.
    read_ = words;
    std::replace(read_.begin(), read_.end(), int32_t{Vocabulary::kStart}, int32_t{word_});
    return model_->step(read_);
  }
  std::vector<float> attention() const override { return model_->attention(); }
  std::vector<float> gates() const override { return model_->gates(); }
  void gather(const std::vector<int32_t>& parents, const std::vector<int32_t>& images) override {
    model_->gather(parents, images);
  }

 private:
  int word_;
  std::unique_ptr<StepModel> model_;
  std::vector<int32_t> read_;
};

}  // namespace

std::unique_ptr<StepModel> beginning_with(int word, std::unique_ptr<StepModel> model) {
  if (word == Vocabulary::kStart) return model;
  return std::make_unique<BeginWord>(word, std::move(model));
}

}  // namespace storyteller
