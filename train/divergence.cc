// What the trainer does about numbers that are no longer finite.
#include <algorithm>
#include <sstream>

#include "core/serialization/finite.h"
#include "core/system/printable.h"
#include "kernels/source_op.h"
#include "train/trainer.h"

namespace storyteller {
namespace {

bool all_finite(const Tensor& tensor) { return count_not_finite(to_host_float(tensor)) == 0; }

std::string rate_text(double rate) {
  std::ostringstream text;
  text << rate;
  return text.str();
}

}  // namespace

DivergedError Trainer::diverged(const std::string& what) const {
  std::string text = "the training diverged: step " + std::to_string(state_.step) +
                     ", learning rate " +
                     rate_text(learning_rate_at(std::max<int64_t>(state_.step - 1, 0))) + ": " +
                     what + "; lower --set learning_rate, or bound the gradient by --set clip_norm";
  if (saved_step_ > 0 && saved_step_ < state_.step) {
    text += " (" + printable((run_folder_ / "last.storyteller").string(), 4096) +
            " holds the last good state, that of step " + std::to_string(saved_step_) +
            ": go on from it with --resume)";
  }
  return DivergedError(text);
}

/// A state with such numbers is of no use to anybody, and would replace one that is.
void Trainer::require_finite() const {
  const auto require = [this](const std::string& name, const Tensor& tensor) {
    if (!all_finite(tensor)) throw diverged(name + " is not finite");
  };
  const Parameters& parameters = captioner_.parameters();
  for (Parameters::Id id = 0; id < parameters.size(); ++id) {
    require(parameters.name(id), parameters.value(id));
  }
  for (const auto& [name, tensor] : optimizer_.state()) require("the optimizer's " + name, tensor);
  for (const auto& [name, tensor] : average_.state()) require("the weights' " + name, tensor);
}

void Trainer::keep_buffers() {
  const SourceOp source("keep_buffers");
  if (kept_buffers_) kept_buffers_.copy_from(captioner_.parameters().buffers());
}

void Trainer::restore_buffers() {
  if (kept_buffers_) captioner_.parameters().buffers().copy_from(kept_buffers_);
}

/// What makes a step one that does not count, the cause before what follows from it.
std::string Trainer::not_finite() const {
  const Parameters& parameters = captioner_.parameters();
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

void Trainer::skip_step(double loss) {
  constexpr int64_t kMostSkipped = 10;
  restore_buffers();
  const std::string what = not_finite() + " is not finite (loss " + std::to_string(loss) + ")";
  if (++state_.skipped >= kMostSkipped) {
    ++state_.step;
    throw diverged(what + ", for the " + std::to_string(kMostSkipped) + "th step in a row");
  }
  if (observer_.message) {
    observer_.message("step " + std::to_string(state_.step + 1) + ": " + what + ": step skipped");
  }
}

}  // namespace storyteller
