#include "model/encoder/stored_weights.h"

#include "core/serialization/finite.h"
#include "core/serialization/safetensors_writer.h"
#include "core/text/phrase.h"

namespace storyteller {

std::string narrowing_warning(const std::string& file, const EncoderWeights& weights,
                              StoredType type) {
  constexpr std::size_t kTolerated = 100;  // one of so many
  std::size_t tensors = 0;
  std::string first;
  for (const auto* list : {&weights.tensors, &weights.biases}) {
    for (const EncoderWeights::Tensor& tensor : *list) {
      require_in_range(file + ": tensor '" + tensor.name + "'", tensor.values, type);
      const std::size_t zeros = count_narrowed(tensor.values, type).underflows;
      if (zeros * kTolerated <= tensor.values.size()) continue;
      if (tensors++ == 0) {
        first = tensor.name + "' (" + std::to_string(zeros) + " of " +
                std::to_string(tensor.values.size()) + ")";
      }
    }
  }
  if (tensors == 0) return "";
  return counted(tensors, "tensor has", "tensors have") + " values too small for " +
         (type == StoredType::kF16 ? "f16" : "bf16") + " that become 0, such as '" + first +
         "; f32 keeps them";
}

void write_encoder_weights(const EncoderWeights& weights, const std::string& encoder,
                           StoredType type, const std::filesystem::path& path) {
  SafetensorsWriter writer;
  for (const auto* list : {&weights.tensors, &weights.biases}) {
    for (const EncoderWeights::Tensor& tensor : *list) {
      writer.add_rounded(tensor.name, type, tensor.shape, tensor.values.data());
    }
  }
  writer.set_metadata("storyteller.encoder", encoder);
  writer.write(path);
}

}  // namespace storyteller
