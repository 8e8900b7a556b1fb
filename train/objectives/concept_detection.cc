#include "train/objectives/concept_detection.h"

#include "core/error.h"
#include "core/ops/constant.h"
#include "core/ops/ops.h"

namespace storyteller {
namespace {

/// In the type of statistics.
Tensor wide_constant(Shape shape, const std::vector<float>& values, const Captioner& captioner) {
  return constant(shape, values, wide(captioner.precision()), captioner.device());
}

const PictureConcepts& required(const PictureConcepts* concepts) {
  if (concepts == nullptr) throw InternalError("concept_detection: the model has no concepts");
  return *concepts;
}

}  // namespace

ConceptDetection::ConceptDetection(const ObjectiveContext& context)
    : captioner_(context.captioner),
      of_pictures_(required(context.concepts)),
      pictures_(context.pictures),
      weight_(context.options.concept_weight),
      width_(padded_width(captioner_.device(), captioner_.concepts()->size())) {
  std::vector<float> weight(static_cast<size_t>(width_));  // 0 behind the concepts
  std::fill_n(weight.begin(), captioner_.concepts()->size(), 1.0F);
  concept_weight_ = wide_constant({width_}, weight, captioner_);
}

std::vector<int32_t> ConceptDetection::rows_with_pictures(std::span<const size_t> images) const {
  std::vector<int32_t> rows;
  for (size_t i = 0; i < images.size(); ++i) {
    if (pictures_ == nullptr || pictures_->has_picture(images[i])) {
      rows.push_back(static_cast<int32_t>(i));
    }
  }
  return rows;
}

void ConceptDetection::record(Tape& tape, const StepInput& input, std::vector<LossTerm>* terms) {
  const std::vector<size_t>& images = input.batch.images;
  const std::vector<int32_t> rows = rows_with_pictures(images);
  const auto I = std::ssize(images), P = std::ssize(rows), K = captioner_.concepts()->size();
  if (P == 0) return;
  present_.assign(rows.size() * static_cast<size_t>(width_), 0);
  for (size_t row = 0; row < rows.size(); ++row) {
    for (const int32_t number : of_pictures_.named(images[static_cast<size_t>(rows[row])])) {
      present_[row * static_cast<size_t>(width_) + static_cast<size_t>(number)] = 1;
    }
  }
  Var scores = captioner_.concepts()->scores(tape, input.encoded);
  if (P < I) scores = gather_rows(tape, scores, Tensor::from({P}, rows, captioner_.device()));
  const Var loss = word_presence_loss(tape, reshape(tape, scores, {P, 1, width_}),
                                      wide_constant({P, width_}, present_, captioner_),
                                      concept_weight_, /*sharpness=*/1, K);
  terms->push_back({.name = kName,
                    .value = scale(tape, loss, static_cast<double>(P) / static_cast<double>(I)),
                    .weight = weight_,
                    .per = Per::kImage});
}

}  // namespace storyteller
