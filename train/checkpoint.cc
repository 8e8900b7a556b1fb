#include "train/checkpoint.h"

#include <system_error>

#include "core/error.h"
#include "core/serialization/tensors.h"
#include "core/system/disk_room.h"
#include "core/system/printable.h"
#include "model/model_file.h"

namespace storyteller {
namespace {

constexpr const char* kStateKey = "storyteller.training";
constexpr const char* kRecordKey = "storyteller.run";

/// As files hold them: flat.
Tensor flat(const Tensor& tensor) { return tensor.reshaped({tensor.elements()}); }

UsageError trained_without(const std::string& setting, const std::string& file,
                           const std::string& tensor) {
  return UsageError("`" + setting + "`: the run was trained without, and its state in " + file +
                    " lacks 'training." + tensor + "'; leave " + setting +
                    " as it was, or begin another run with `initial_model` " + file);
}

}  // namespace

Checkpoint::Checkpoint(std::filesystem::path folder, StoredType model_type, Captioner& captioner,
                       Optimizer& optimizer, WeightAverage& average)
    : folder_(std::move(folder)),
      model_type_(model_type),
      captioner_(captioner),
      optimizer_(optimizer),
      average_(average) {}

void Checkpoint::save_best(const std::vector<EpochRecord>& history) {
  const AveragedWeights averaged(average_);
  SafetensorsWriter writer;
  captioner_.add_to(writer, model_type_);
  std::vector<EpochRecord> timeless = history;
  for (EpochRecord& record : timeless) record.seconds = record.waited = 0;
  writer.set_metadata(kHistoryKey, to_json(timeless));
  writer.write(best());
}

void Checkpoint::save_last(const TrainingState& state) {
  SafetensorsWriter writer;
  captioner_.add_to(writer);
  writer.set_metadata(kHistoryKey, to_json(state.history));
  writer.set_metadata(kStateKey, to_json(state));
  if (!record_.empty()) writer.set_metadata(kRecordKey, record_);
  for (const auto& [name, tensor] : optimizer_.state()) {
    add_tensor(writer, "training." + name, flat(tensor));
  }
  for (const auto& [name, tensor] : average_.state()) {
    add_tensor(writer, "training." + name, flat(tensor));
  }
  writer.write(last());
  saved_step_ = state.step;
}

/// About what best.storyteller takes.
uint64_t Checkpoint::model_bytes() const {
  const Parameters& parameters = captioner_.parameters();
  uint64_t bytes = 0;
  for (Parameters::Id id = 0; id < parameters.size(); ++id) {
    bytes += static_cast<uint64_t>(parameters.shape(id).elements()) * size_of(model_type_);
  }
  return bytes;
}

void Checkpoint::require_room() const {
  std::error_code failure;
  const uint64_t bytes = std::filesystem::file_size(last(), failure);
  if (failure) return;
  std::vector<uint64_t> files = {bytes};  // beside the one that it replaces
  if (!std::filesystem::exists(best(), failure)) files.push_back(model_bytes());
  storyteller::require_room(folder_, files);
}

std::string Checkpoint::record_of(const SafetensorsFile& file) {
  const auto found = file.metadata().find(kRecordKey);
  return found == file.metadata().end() ? std::string() : found->second;
}

int64_t Checkpoint::validated_epochs(const SafetensorsFile& file) {
  if (!file.metadata().contains(kStateKey)) return 0;
  return state_in(file).validated;
}

TrainingState Checkpoint::state_in(const SafetensorsFile& file) {
  if (!file.metadata().contains(kStateKey)) {
    throw ModelError(
        file.file() +
        ": holds no state of a training; start again without `resume` in another `run_folder`");
  }
  return training_state_from_json(file.metadata(kStateKey), file.file());
}

void Checkpoint::require_fit(const TrainingState& state, uint64_t epochs,
                             uint64_t batches_per_epoch) const {
  const BatchSampler::Cursor& cursor = state.cursor;
  if (cursor.batch >= batches_per_epoch) {
    throw UsageError(printable(last().string(), 4096) + ": stopped at batch " +
                     std::to_string(cursor.batch) + " of an epoch that now has " +
                     std::to_string(batches_per_epoch) +
                     "; resume with the same data and batch_size");
  }
  if (cursor.epoch > epochs || (cursor.epoch == epochs && cursor.batch > 0)) {
    throw UsageError("`epochs`=" + std::to_string(epochs) + ": the run has " +
                     std::to_string(cursor.epoch) + " epochs behind it (" +
                     std::to_string(state.step) + " steps); name more, or caption with its " +
                     best().string());
  }
}

/// Fills moments or the average from the run's state.
void Checkpoint::take_tensors(const SafetensorsFile& file, const NamedTensors& tensors,
                              const std::string& setting) {
  for (const auto& [name, tensor] : tensors) {
    if (!file.contains("training." + name)) {
      throw trained_without(setting, file.file(), name);
    }
    take_tensor(file, "training." + name, flat(tensor));
  }
}

void Checkpoint::take(const SafetensorsFile& file, const TrainingState& state) {
  captioner_.take_values(file);
  take_tensors(file, optimizer_.state(), "optimizer");
  take_tensors(file, average_.state(), "average_decay");
  optimizer_.set_steps(state.updates);
  optimizer_.set_frozen_steps(state.frozen_steps);
  saved_step_ = state.step;
}

}  // namespace storyteller
