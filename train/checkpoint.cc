// What the trainer writes and takes up again.
#include "core/error.h"
#include "core/serialization/tensors.h"
#include "train/trainer.h"

namespace storyteller {
namespace {

constexpr const char* kStateKey = "storyteller.training";
constexpr const char* kHistoryKey = "storyteller.history";

/// As files hold them: flat.
Tensor flat(const Tensor& tensor) { return tensor.reshaped({tensor.elements()}); }

}  // namespace

void Trainer::save_best() {
  SafetensorsWriter writer;
  captioner_.add_to(writer, options_.model_type);
  writer.set_metadata(kHistoryKey, to_json(state_.history));
  writer.write(run_folder_ / "best.storyteller");
}

void Trainer::save_last() {
  SafetensorsWriter writer;
  captioner_.add_to(writer);
  writer.set_metadata(kHistoryKey, to_json(state_.history));
  writer.set_metadata(kStateKey, to_json(state_));
  for (const auto& [name, tensor] : optimizer_.state()) {
    add_tensor(writer, "training." + name, flat(tensor));
  }
  for (const auto& [name, tensor] : average_.state()) {
    add_tensor(writer, "training." + name, flat(tensor));
  }
  writer.write(run_folder_ / "last.storyteller");
}

int64_t Trainer::validated_epochs(const SafetensorsFile& file) {
  if (!file.metadata().contains(kStateKey)) return 0;
  return training_state_from_json(file.metadata(kStateKey), file.file()).validated;
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
  if (state_.cursor.batch >= sampler_.batches_per_epoch()) {
    throw UsageError(file.file() + ": stopped at batch " + std::to_string(state_.cursor.batch) +
                     " of an epoch that now has " + std::to_string(sampler_.batches_per_epoch()) +
                     "; resume with the same data and batch_size");
  }
  captioner_.take_values(file);
  for (const auto& [name, tensor] : optimizer_.state()) {
    take_tensor(file, "training." + name, flat(tensor));
  }
  for (const auto& [name, tensor] : average_.state()) {
    take_tensor(file, "training." + name, flat(tensor));
  }
  optimizer_.set_steps(state_.updates);
  optimizer_.set_slept(state_.encoder_slept);
  sampler_.seek(state_.cursor);
  if (state_.cursor.batch != 0) announce_batches();
  return true;
}

}  // namespace storyteller
