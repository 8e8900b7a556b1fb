#include "train/divergence.h"

#include <sstream>

#include "core/dispatch.h"
#include "core/serialization/finite.h"
#include "core/system/printable.h"

namespace storyteller {
namespace {

bool all_finite(const Tensor& tensor) { return count_not_finite(to_host_float(tensor)) == 0; }

}  // namespace

std::string not_finite_in_step(const Parameters& parameters) {
  for (const bool gradient : {false, true}) {
    for (Parameters::Id id = 0; id < parameters.size(); ++id) {
      const Var value = parameters.var(id);
      if (!value.tracked()) continue;
      if (!all_finite(gradient ? value.slot()->gradient : parameters.value(id))) {
        return (gradient ? "the gradient of " : "") + parameters.name(id);
      }
    }
  }
  return "the loss";
}

std::string not_finite_in_state(const Parameters& parameters, const Optimizer& optimizer,
                                const WeightAverage& average) {
  for (Parameters::Id id = 0; id < parameters.size(); ++id) {
    if (!all_finite(parameters.value(id))) return parameters.name(id);
  }
  for (const auto& [name, tensor] : optimizer.state()) {
    if (!all_finite(tensor)) return "the optimizer's " + name;
  }
  for (const auto& [name, tensor] : average.state()) {
    if (!all_finite(tensor)) return "the weights' " + name;
  }
  return "";
}

DivergedError divergence(const std::string& what, int64_t step, double learning_rate,
                         const Checkpoint& checkpoint) {
  std::ostringstream text;
  text << "the training diverged: step " << step << ", learning rate " << learning_rate << ": "
       << what << "; lower `learning_rate`, or bound the gradient by `clip_norm`";
  const int64_t saved = checkpoint.saved_step();
  if (saved > 0 && saved < step) {
    text << " (" << printable(checkpoint.last().string(), 4096)
         << " holds the last good state, that of step " << saved
         << ": go on from it with `resume`)";
  }
  return DivergedError(text.str());
}

KeptStatistics::KeptStatistics(Captioner& captioner) : parameters_(captioner.parameters()) {
  const Tensor& buffers = parameters_.buffers();
  if (!buffers || !captioner.learns_statistics()) return;
  kept_ = Tensor::empty(buffers.shape(), buffers.dtype(), buffers.device());
}

void KeptStatistics::keep() {
  const SourceOp source("keep_buffers");
  if (kept_) kept_.copy_from(parameters_.buffers());
}

void KeptStatistics::restore() {
  if (kept_) parameters_.buffers().copy_from(kept_);
}

}  // namespace storyteller
