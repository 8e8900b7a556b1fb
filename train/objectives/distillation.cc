#include "train/objectives/distillation.h"

#include "core/dispatch.h"
#include "core/error.h"
#include "core/ops/ops.h"
#include "train/objectives/unroll.h"

namespace storyteller {

Distillation::Distillation(const ObjectiveContext& context)
    : student_(context.captioner.decoder()) {
  if (context.teachers.empty()) throw InternalError("distillation: there is no teacher");
  for (const auto& teacher : context.teachers) {
    teacher->decoder().refresh();
    teachers_.push_back({.captioner = *teacher, .loop = teacher->decoder().make_loop()});
  }
}

/// (N,V): one teacher after the other, so that no two have their logits in memory.
Tensor Distillation::mean_of_teachers(const StepInput& input) {
  const Var encoded(input.encoded.value());
  const DropoutSite site{.row_key = input.packed.row_key.data<uint64_t>()};
  Tensor mean;
  for (const Teacher& teacher : teachers_) {
    teaching_.reset();
    const Var logits = unroll(teaching_, teacher.captioner.decoder(), *teacher.loop,
                              teacher.captioner.attended(teaching_, encoded), input.packed, site);
    add_softmax(logits.value(), 1 / static_cast<double>(teachers_.size()), student_.vocabulary(),
                &mean);
  }
  return mean;
}

void Distillation::record(Tape& tape, const StepInput& input, std::vector<LossTerm>* terms) {
  const Tensor wanted = mean_of_teachers(input);
  const DropoutSite site{input.seed, input.step, input.packed.row_key.data<uint64_t>()};
  const Var logits = unroll(tape, student_, *loop_, input.features, input.packed, site);
  terms->push_back({.name = kName,
                    .value = soft_cross_entropy(
                        tape, logits, wanted, input.packed.targets,
                        weights_of_rows(input.packed.row_weight, wide(logits.value().dtype()),
                                        logits.value().device()),
                        input.packed.counted, student_.vocabulary()),
                    .per = Per::kWord});
}

}  // namespace storyteller
