// What the trainer keeps for going on, and how it goes on.
#include <system_error>

#include "train/trainer.h"

namespace storyteller {

/// A state with numbers that are not finite would replace one without.
void Trainer::save_last() {
  const std::string what = not_finite_in_state(captioner_.parameters(), optimizer_, average_);
  if (!what.empty()) throw diverged(what + " is not finite");
  checkpoint_.save_last(state_);
}

bool Trainer::resume() {
  if (!std::filesystem::exists(checkpoint_.last())) return false;
  const SafetensorsFile file = SafetensorsFile::open(checkpoint_.last());
  state_ = Checkpoint::state_in(file);
  checkpoint_.require_fit(state_, static_cast<uint64_t>(options_.epochs),
                          plan_.batches_in(state_.cursor.epoch));
  checkpoint_.take(file, state_);
  plan_.seek(state_.cursor);
  if (state_.cursor.batch != 0) announce_batches();
  return true;
}

/// best.storyteller was taken away: the weights of its epoch are gone, so the last validated epoch,
/// or the next one, takes its place.
void Trainer::restore_best() {
  std::error_code failure;
  if (state_.best_epoch == 0 || std::filesystem::exists(checkpoint_.best(), failure)) return;
  const std::string missing = checkpoint_.best().string() + " (epoch " +
                              std::to_string(state_.best_epoch) + ") is missing: ";
  const bool at_end = state_.cursor.batch == 0 && !state_.history.empty() &&
                      state_.history.back().epoch == static_cast<int64_t>(state_.cursor.epoch);
  if (!at_end) {
    select_anew();
    say(missing + "the next epoch that is validated writes it again");
    return;
  }
  state_.selected_after = state_.validated - 1;
  state_.best_epoch = state_.validated;
  checkpoint_.save_best(state_.history);
  say(missing + "written again with the weights of epoch " + std::to_string(state_.validated));
}

}  // namespace storyteller
