#include "train/objectives/answering.h"

#include <algorithm>

#include "core/dispatch.h"
#include "core/error.h"
#include "train/vqa/answering.h"

namespace storyteller {
namespace {

const Dataset& asked_pictures(const ObjectiveContext& context) {
  if (context.pictures != nullptr && context.pictures->asks()) return *context.pictures;
  throw InternalError("the objective answering needs questions");
}

/// Whether the picture of row `row` could be read.
bool is_masked(const StepInput& input, size_t row) {
  const auto& masked = input.packed.masked;
  return std::find(masked.begin(), masked.end(), static_cast<size_t>(input.batch.row_image[row])) !=
         masked.end();
}

}  // namespace

Answering::Answering(const ObjectiveContext& context)
    : captioner_(context.captioner),
      soft_(context.options.answer_loss == AnswerLoss::kSoft),
      targets_(asked_pictures(context), context.captions, context.captioner.answers()) {}

Var Answering::agreed_loss(Tape& tape, const StepInput& input, const Var& logits) {
  std::vector<int32_t> agreed;
  double counted = 0;
  for (size_t row = 0; row < input.batch.captions.size(); ++row) {
    agreed.push_back(is_masked(input, row) ? -1 : targets_.agreed(input.batch.captions[row]));
    counted += agreed.back() < 0 ? 0 : 1;
  }
  agreed_ = Tensor::from({std::ssize(agreed)}, agreed, captioner_.device());
  return cross_entropy(tape, logits, agreed_, {}, 0, std::max(counted, 1.0),
                       captioner_.answers().size());
}

Var Answering::soft_loss(Tape& tape, const StepInput& input, const Var& logits) {
  const int64_t width = logits.shape()[1], answers = captioner_.answers().size();
  std::vector<int32_t> rows;
  std::vector<double> given;
  for (size_t row = 0; row < input.batch.captions.size(); ++row) {
    if (is_masked(input, row) && input.packed.masked.size() < input.batch.images.size()) continue;
    rows.push_back(static_cast<int32_t>(row));
    given.resize(given.size() + static_cast<size_t>(width));
    for (const auto& [answer, share] : targets_.given(input.batch.captions[row])) {
      given[given.size() - static_cast<size_t>(width) + static_cast<size_t>(answer)] = share;
    }
  }
  const DType type = wide(logits.value().dtype());
  std::vector<double> weight(static_cast<size_t>(width));
  if (input.packed.masked.size() < input.batch.images.size()) {
    std::fill_n(weight.begin(), answers, 1.0);
  }
  rows_ = Tensor::from({std::ssize(rows)}, rows, captioner_.device());
  given_ = weights_of_rows(given, type, captioner_.device()).reshaped({std::ssize(rows), width});
  weight_ = weights_of_rows(weight, type, captioner_.device());
  const Var scores = tape.reshaped(gather_rows(tape, logits, rows_), {std::ssize(rows), 1, width});
  const Var mean = word_presence_loss(tape, scores, given_, weight_, /*sharpness=*/1, answers);
  return scale(tape, mean, static_cast<double>(answers));
}

void Answering::record(Tape& tape, const StepInput& input, std::vector<LossTerm>* terms) {
  StackedAttention& network = *captioner_.answerer();
  const StackedAttention::Memory memory = network.prepare(tape, input.features);
  const Var logits =
      network.answer(tape, loop_, memory, question_rows(input.packed), input.packed.map,
                     {input.seed, input.step, input.packed.row_key.data<uint64_t>()});
  terms->push_back(
      {.name = kName,
       .value = soft_ ? soft_loss(tape, input, logits) : agreed_loss(tape, input, logits),
       .per = Per::kCaption});
}

}  // namespace storyteller
