// What the trainer writes and takes up again.
#include "core/error.h"
#include "core/serialization/tensors.h"
#include "train/trainer.h"

namespace storyteller {
namespace {

constexpr const char* kStateKey = "storyteller.training";
constexpr const char* kHistoryKey = "storyteller.history";
constexpr const char* kRecordKey = "storyteller.run";

/// As files hold them: flat.
Tensor flat(const Tensor& tensor) { return tensor.reshaped({tensor.elements()}); }

UsageError trained_without(const std::string& setting, const std::string& file,
                           const std::string& tensor) {
  return UsageError("--set " + setting + ": the run was trained without, and its state in " + file +
                    " lacks 'training." + tensor + "'; leave " + setting +
                    " as it was, or begin another run with --init " + file);
}

}  // namespace

/// Without the times, so that equal seeds give equal files.
void Trainer::save_best() {
  SafetensorsWriter writer;
  captioner_.add_to(writer, options_.model_type);
  std::vector<EpochRecord> history = state_.history;
  for (EpochRecord& record : history) record.seconds = record.waited = 0;
  writer.set_metadata(kHistoryKey, to_json(history));
  writer.write(run_folder_ / "best.storyteller");
}

void Trainer::save_last() {
  require_finite();
  SafetensorsWriter writer;
  captioner_.add_to(writer);
  writer.set_metadata(kHistoryKey, to_json(state_.history));
  writer.set_metadata(kStateKey, to_json(state_));
  if (!record_.empty()) writer.set_metadata(kRecordKey, record_);
  for (const auto& [name, tensor] : optimizer_.state()) {
    add_tensor(writer, "training." + name, flat(tensor));
  }
  for (const auto& [name, tensor] : average_.state()) {
    add_tensor(writer, "training." + name, flat(tensor));
  }
  writer.write(run_folder_ / "last.storyteller");
  saved_step_ = state_.step;
}

/// About what best.storyteller takes.
uint64_t Trainer::model_bytes() const {
  const Parameters& parameters = captioner_.parameters();
  uint64_t bytes = 0;
  for (Parameters::Id id = 0; id < parameters.size(); ++id) {
    bytes += static_cast<uint64_t>(parameters.shape(id).elements()) * size_of(options_.model_type);
  }
  return bytes;
}

std::string Trainer::record_of(const SafetensorsFile& file) {
  const auto found = file.metadata().find(kRecordKey);
  return found == file.metadata().end() ? std::string() : found->second;
}

int64_t Trainer::validated_epochs(const SafetensorsFile& file) {
  if (!file.metadata().contains(kStateKey)) return 0;
  return training_state_from_json(file.metadata(kStateKey), file.file()).validated;
}

/// Fills moments or the average from the run's state.
void Trainer::take_state(const SafetensorsFile& file,
                         const std::vector<std::pair<std::string, Tensor>>& state,
                         const std::string& setting) {
  for (const auto& [name, tensor] : state) {
    if (!file.contains("training." + name)) {
      throw trained_without(setting, file.file(), name);
    }
    take_tensor(file, "training." + name, flat(tensor));
  }
}

void Trainer::check_cursor(const std::string& file) const {
  const BatchSampler::Cursor& cursor = state_.cursor;
  if (cursor.batch >= sampler_.batches_per_epoch()) {
    throw UsageError(file + ": stopped at batch " + std::to_string(cursor.batch) +
                     " of an epoch that now has " + std::to_string(sampler_.batches_per_epoch()) +
                     "; resume with the same data and batch_size");
  }
  const auto epochs = static_cast<uint64_t>(options_.epochs);
  if (cursor.epoch > epochs || (cursor.epoch == epochs && cursor.batch > 0)) {
    throw UsageError("--set epochs=" + std::to_string(epochs) + ": the run has " +
                     std::to_string(cursor.epoch) + " epochs behind it (" +
                     std::to_string(state_.step) + " steps); name more, or caption with its " +
                     (run_folder_ / "best.storyteller").string());
  }
}

bool Trainer::resume() {
  const auto path = run_folder_ / "last.storyteller";
  if (!std::filesystem::exists(path)) return false;
  const SafetensorsFile file = SafetensorsFile::open(path);
  if (!file.metadata().contains(kStateKey)) {
    throw ModelError(
        file.file() +
        ": holds no state of a training; start again without --resume in another --out");
  }
  state_ = training_state_from_json(file.metadata(kStateKey), file.file());
  check_cursor(file.file());
  captioner_.take_values(file);
  take_state(file, optimizer_.state(), "optimizer");
  take_state(file, average_.state(), "average_decay");
  optimizer_.set_steps(state_.updates);
  optimizer_.set_slept(state_.slept);
  sampler_.seek(state_.cursor);
  if (state_.cursor.batch != 0) announce_batches();
  saved_step_ = state_.step;
  return true;
}

/// best.storyteller was taken away: the weights of its epoch are gone, so the last validated epoch,
/// or the next one, takes its place.
void Trainer::restore_best() {
  const auto path = run_folder_ / "best.storyteller";
  std::error_code failure;
  if (state_.best_epoch == 0 || std::filesystem::exists(path, failure)) return;
  std::string message =
      path.string() + " (epoch " + std::to_string(state_.best_epoch) + ") is missing: ";
  const bool at_end = state_.cursor.batch == 0 && !state_.history.empty() &&
                      state_.history.back().epoch == static_cast<int64_t>(state_.cursor.epoch);
  if (at_end) {
    state_.selected_after = state_.validated - 1;
    state_.best_epoch = state_.validated;
    state_.best_cider = state_.history.back().cider;
    const AveragedWeights averaged(average_);
    save_best();
    message += "written again with the weights of epoch " + std::to_string(state_.validated);
  } else {
    select_anew();
    message += "the next epoch that is validated writes it again";
  }
  if (observer_.message) observer_.message(message);
}

}  // namespace storyteller
