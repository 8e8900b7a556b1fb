// One update: what of a run is not its loop.
#include <algorithm>
#include <cmath>

#include "train/trainer.h"

namespace storyteller {

/// Of the epoch to which the next step belongs.
const Phase& Trainer::current_phase() const {
  return curriculum_.at(static_cast<int64_t>(plan_.cursor().epoch));
}

FeatureSource& Trainer::source() const {
  return sources_.training(current_phase().is_frozen(kEncoderGroup));
}

double Trainer::learning_rate_at(int64_t step) const {
  return options_.learning_rate * learning_rate_factor(options_.schedule, step,
                                                       steps_per_epoch() * options_.epochs,
                                                       steps_per_epoch());
}

/// Tells the source of the epoch at hand what is left of it, and the optimizer who learns.
void Trainer::announce_batches() {
  source().expect(plan_.rest_of_epoch(), plan_.cursor().epoch);
  optimizer_.set_frozen(current_phase().frozen);
}

double Trainer::train_step() {
  const Phase& phase = current_phase();
  FeatureSource& pictures = source();
  if (plan_.cursor().batch == 0) announce_batches();
  captioner_.parameters().forget_gradients();
  captioner_.refresh();
  statistics_.keep();

  plan_.next();
  const double waited = pictures.waited();
  const BatchGradient::Loss loss = gradient_.add(plan_, pictures, phase, state_.step);
  state_.waited_seconds += pictures.waited() - waited;

  optimizer_.step(learning_rate(), loss.reported);
  average_.update(optimizer_.steps(), optimizer_.squared_norm(),
                  {.frozen = optimizer_.frozen(), .buffers = captioner_.learns_statistics()});
  // The one place of a step that waits for the device.
  const bool counts = std::isfinite(optimizer_.finish_step());
  const double reported = to_host_scalar(loss.reported);
  if (counts) {
    state_.skipped = 0;
    state_.loss_sum += reported * loss.words;
    state_.loss_words += loss.words;
    for (const Measure& measure : loss.measures) {
      auto& [sum, count] = state_.measures[std::string(measure.name)];
      sum += measure.sum;
      count += measure.count;
    }
  } else {
    skip_step(reported);
  }
  ++state_.step;
  state_.updates = optimizer_.steps();
  state_.frozen_steps = optimizer_.frozen_steps();
  state_.cursor = plan_.cursor();
  return reported;
}

void Trainer::skip_step(double loss) {
  constexpr int64_t kMostSkipped = 10;
  statistics_.restore();
  const std::string what = not_finite_in_step(captioner_.parameters()) + " is not finite (loss " +
                           std::to_string(loss) + ")";
  if (++state_.skipped >= kMostSkipped) {
    ++state_.step;
    throw diverged(what + ", for the " + std::to_string(kMostSkipped) + "th step in a row");
  }
  say("step " + std::to_string(state_.step + 1) + ": " + what + ": step skipped");
}

DivergedError Trainer::diverged(const std::string& what) const {
  return divergence(what, state_.step, learning_rate_at(std::max<int64_t>(state_.step - 1, 0)),
                    checkpoint_);
}

}  // namespace storyteller
