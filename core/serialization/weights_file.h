#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/serialization/safetensors.h"
#include "core/serialization/weight_tensor.h"
#include "core/serialization/weights_reader.h"

namespace storyteller {

/// "safetensors", "PyTorch (zip)", ...
std::string_view name_of(WeightsFormat format);

/// Named tensors of a file, whatever its format, which its content tells: safetensors, PyTorch's
/// checkpoints (ZIP, and the form before 1.6), NumPy's .npz and .npy; or of the parts that an index
/// (weights_index.h) names, by itself or in a folder. `_orig_mod.` (torch.compile) is taken off
/// wherever it stands, and then a `module.` in front of all names (DataParallel); a lone array is
/// named by its file. The file is read whole and proven before anything of it is seen; nothing in
/// it is executed.
///
/// All errors about the content are `ModelError`s that name the file, the tensor, the cause and,
/// where there is one, the fix; a read that fails is an `IoError`.
class WeightsFile {
 public:
  /// `key` chooses the state dict of a PyTorch checkpoint ("state_dict_ema"), and of other formats
  /// the names behind "KEY."; empty: the state dict is found.
  static WeightsFile open(const std::filesystem::path& path, const std::string& key = "");
  /// The same from memory; `name` stands for the file in messages. The bytes are copied.
  static WeightsFile parse(std::span<const std::byte> bytes, const std::string& name);
  /// Converts implicitly: a safetensors file is a file of weights.
  WeightsFile(SafetensorsFile file);  // NOLINT(google-explicit-constructor)

  /// As it appears in messages.
  const std::string& file() const { return file_; }
  WeightsFormat format() const { return format_; }
  /// What was done to find the tensors, a sentence each; "the state dict was found under 'model'".
  const std::vector<std::string>& notes() const { return notes_; }
  /// Where else tensors are in a PyTorch checkpoint, for --key: "'ema', 'decoder'"; "" elsewhere.
  const std::string& other_keys() const { return other_keys_; }
  /// "part 1 of 2; give INDEX ..." where the file's name says that it is a part, else "".
  const std::string& part_of() const { return part_of_; }
  /// `__metadata__` of safetensors; other formats have none.
  const std::map<std::string, std::string>& metadata() const { return metadata_; }

  /// Sorted by name, names unique.
  const std::vector<WeightTensor>& tensors() const { return tensors_; }
  std::vector<std::string> names() const;
  bool contains(std::string_view name) const { return lookup(name) != nullptr; }
  /// A name that is not there is a `ModelError` that suggests the closest one.
  const WeightTensor& find(std::string_view name) const;

  /// Converts F32, F16, BF16, F8 (exact) or F64 (rounded to nearest) into `out`, row-major, which
  /// must have as many elements as the tensor.
  void read_float(std::string_view name, std::span<float> out) const;
  /// Converts F64, F32, F16, BF16, F8, all exactly.
  void read_double(std::string_view name, std::span<double> out) const;

  /// `name` must have this shape; otherwise a `ModelError` that shows both.
  void require_shape(std::string_view name, std::span<const std::int64_t> shape) const;

 private:
  WeightsFile(std::string file, FoundWeights found);
  const WeightTensor* lookup(std::string_view name) const;
  template <class Out>
  void read(std::string_view name, std::span<Out> out) const;

  std::string file_;
  WeightsFormat format_ = WeightsFormat::kSafetensors;
  std::vector<std::string> notes_;
  std::string other_keys_, part_of_;
  std::map<std::string, std::string> metadata_;
  std::vector<WeightTensor> tensors_;
};

}  // namespace storyteller
