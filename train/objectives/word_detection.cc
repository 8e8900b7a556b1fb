#include "train/objectives/word_detection.h"

#include "core/error.h"
#include "core/ops/ops.h"

namespace storyteller {

WordDetection::WordDetection(const ObjectiveContext& context)
    : captioner_(context.captioner),
      presence_(context.captions, context.captioner.vocabulary()),
      weight_(context.options.presence_weight) {
  if (captioner_.word_detector() == nullptr) {
    throw InternalError("word_detection: the model has no word detector");
  }
  std::vector<float> weight = presence_.weight();
  const int64_t V = padded_width(captioner_.device(), std::ssize(weight));
  weight.resize(static_cast<size_t>(V));  // what lies behind the words weighs nothing
  word_weight_ = Tensor::from({V}, weight, captioner_.device());
}

void WordDetection::record(Tape& tape, const StepInput& input, std::vector<LossTerm>* terms) {
  constexpr double kSharpness = 2;
  const std::vector<size_t>& images = input.batch.images;
  const int64_t V = word_weight_.elements();
  present_.assign(images.size() * static_cast<size_t>(V), 0);
  for (size_t i = 0; i < images.size(); ++i) {
    presence_.present(images[i], present_.data() + i * static_cast<size_t>(V));
  }
  const Tensor present = Tensor::from({std::ssize(images), V}, present_, captioner_.device());
  const Var scores = captioner_.word_detector()->scores(tape, input.encoded);
  terms->push_back({.name = kName,
                    .value = word_presence_loss(tape, scores, present, word_weight_, kSharpness,
                                                captioner_.vocabulary().size()),
                    .weight = weight_,
                    .per = Per::kImage});
}

}  // namespace storyteller
