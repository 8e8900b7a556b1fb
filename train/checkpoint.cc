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
  if (average_.active()) add(writer, "training.average", average_.values());
  writer.write(run_folder_ / "last.storyteller");
}

bool Trainer::resume() {
  const auto path = run_folder_ / "last.storyteller";
  if (!std::filesystem::exists(path)) return false;
  const SafetensorsFile file = SafetensorsFile::open(path);
  state_ = training_state_from_json(file.metadata(kStateKey), file.file());
  captioner_.take_values(file);
  for (const auto& [name, tensor] : optimizer_.state()) take(file, "training." + name, tensor);
  if (average_.active()) take(file, "training.average", average_.values());
  optimizer_.set_steps(state_.updates);
  sampler_.seek(state_.cursor);
  if (state_.cursor.batch != 0) announce_batches();
  return true;
}

}  // namespace storyteller
