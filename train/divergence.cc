// What the trainer does about numbers that are no longer finite.
#include <algorithm>
#include <cmath>
#include <sstream>
#include <vector>

#include "core/system/printable.h"
#include "train/trainer.h"

namespace storyteller {
namespace {

bool all_finite(const Tensor& tensor) {
  const std::vector<float> values = to_host_float(tensor);
  return std::all_of(values.begin(), values.end(), [](float x) { return std::isfinite(x); });
}

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

/// A state with such weights is of no use to anybody, and would replace one that is.
void Trainer::require_finite() const {
  const Parameters& parameters = captioner_.parameters();
  for (Parameters::Id id = 0; id < parameters.size(); ++id) {
    if (!all_finite(parameters.value(id))) {
      throw diverged(parameters.name(id) + " is not finite");
    }
  }
}

void Trainer::keep_buffers() {
  for (auto& [value, copy] : buffers_) copy.copy_from(value);
}

void Trainer::restore_buffers() {
  for (auto& [value, copy] : buffers_) value.copy_from(copy);
}

void Trainer::skip_step(double loss) {
  constexpr int64_t kMostSkipped = 10;
  restore_buffers();
  const Parameters& parameters = captioner_.parameters();
  std::string where = "the loss";
  for (Parameters::Id id = 0; id < parameters.size(); ++id) {
    const Var value = parameters.var(id);
    if (value.tracked() && !all_finite(value.slot()->gradient)) {
      where = "the gradient of " + parameters.name(id);
      break;
    }
  }
  const std::string what = where + " is not finite (loss " + std::to_string(loss) + ")";
  if (++state_.skipped >= kMostSkipped) {
    ++state_.step;
    throw diverged(what + ", for the " + std::to_string(kMostSkipped) + "th step in a row");
  }
  if (observer_.message) {
    observer_.message("step " + std::to_string(state_.step + 1) + ": " + what + ": step skipped");
  }
}

}  // namespace storyteller
