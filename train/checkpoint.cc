// What the trainer writes and takes up again.
#include "core/error.h"
#include "core/serialization/safetensors.h"
#include "core/serialization/safetensors_writer.h"
#include "train/trainer.h"

namespace storyteller {
namespace {

constexpr const char* kStateKey = "storyteller.training";
constexpr const char* kHistoryKey = "storyteller.history";

void add(SafetensorsWriter& writer, const std::string& name, const Tensor& tensor) {
  writer.add(name, tensor.dtype() == DType::kFloat64 ? StoredType::kF64 : StoredType::kF32,
             {tensor.elements()}, tensor.raw());
}

void take(const SafetensorsFile& file, const std::string& name, const Tensor& tensor) {
  const std::vector<int64_t> shape = {tensor.elements()};
  file.require_shape(name, shape);
  std::vector<float> values(static_cast<size_t>(tensor.elements()));
  file.read_float(name, values);
  tensor.copy_from_host(values.data());
}

}  // namespace

void Trainer::save_best() {
  SafetensorsWriter writer;
  captioner_.add_to(writer);
  writer.set_metadata(kHistoryKey, to_json(state_.history));
  writer.write(run_folder_ / "best.storyteller");
}

void Trainer::save_last() {
  SafetensorsWriter writer;
  captioner_.add_to(writer);
  writer.set_metadata(kHistoryKey, to_json(state_.history));
  writer.set_metadata(kStateKey, to_json(state_));
  for (const auto& [name, tensor] : optimizer_.state()) add(writer, "training." + name, tensor);
  for (const auto& [name, tensor] : average_.state()) add(writer, "training." + name, tensor);
  writer.write(run_folder_ / "last.storyteller");
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
  for (const auto& [name, tensor] : optimizer_.state()) take(file, "training." + name, tensor);
  for (const auto& [name, tensor] : average_.state()) take(file, "training." + name, tensor);
  optimizer_.set_steps(state_.updates);
  sampler_.seek(state_.cursor);
  if (state_.cursor.batch != 0) announce_batches();
  return true;
}

}  // namespace storyteller
