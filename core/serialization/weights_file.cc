#include "core/serialization/weights_file.h"

#include <algorithm>
#include <set>
#include <utility>

#include "core/did_you_mean.h"
#include "core/error.h"
#include "core/serialization/stored_convert.h"
#include "core/serialization/weights_index.h"
#include "core/system/printable.h"

namespace storyteller {
namespace {

/// Takes what torch.compile puts around modules off wherever it stands, unless two tensors would
/// come to one name.
void strip_compiled(ReadTensors& read) {
  constexpr std::string_view kCompiled = "_orig_mod.";
  constexpr std::size_t kLongest = 4096;  // each removal moves the rest
  std::vector<std::string> names;
  std::set<std::string_view> different;
  std::size_t stripped = 0;
  names.reserve(read.tensors.size());
  for (const WeightTensor& tensor : read.tensors) {
    std::string& name = names.emplace_back(tensor.name);
    for (std::size_t at = 0;
         name.size() <= kLongest && (at = name.find(kCompiled, at)) != std::string::npos;) {
      const bool begins = at == 0 || name[at - 1] == '.';
      if (begins) name.erase(at, kCompiled.size());
      if (!begins) ++at;
    }
    stripped += name == tensor.name ? 0 : 1;
    different.insert(name);
  }
  if (stripped == 0 || different.size() < names.size()) return;
  for (std::size_t i = 0; i < names.size(); ++i) read.tensors[i].name = std::move(names[i]);
  read.notes.push_back("'_orig_mod.' was taken off " + std::to_string(stripped) + " names");
}

/// Takes `module.` off where all names have it.
void strip_module(ReadTensors& read) {
  constexpr std::string_view kModule = "module.";
  const auto has_it = [&](const WeightTensor& tensor) { return tensor.name.starts_with(kModule); };
  if (read.tensors.empty() || !std::all_of(read.tensors.begin(), read.tensors.end(), has_it))
    return;
  for (WeightTensor& tensor : read.tensors) tensor.name.erase(0, kModule.size());
  read.notes.emplace_back("'module.' was taken off the names");
}

bool is_torch(WeightsFormat format) {
  return format == WeightsFormat::kTorchZip || format == WeightsFormat::kTorchLegacy;
}

/// In formats without dictionaries a key is what stands in front of names.
void keep_under(const std::string& key, ReadTensors& read, const std::string& file) {
  std::vector<WeightTensor> kept;
  for (WeightTensor& tensor : read.tensors) {
    const bool under = tensor.name.size() > key.size() && tensor.name.starts_with(key) &&
                       (tensor.name[key.size()] == '.' || tensor.name[key.size()] == '/');
    if (!under) continue;
    tensor.name.erase(0, key.size() + 1);
    kept.push_back(std::move(tensor));
  }
  if (kept.empty()) {
    throw ModelError(file + ": no names of tensors begin with '" + printable(key) +
                     ".', the key that was asked for");
  }
  read.tensors = std::move(kept);
}

}  // namespace

std::string_view name_of(WeightsFormat format) {
  switch (format) {
    case WeightsFormat::kSafetensors:
      return "safetensors";
    case WeightsFormat::kTorchZip:
      return "PyTorch (zip)";
    case WeightsFormat::kTorchLegacy:
      return "PyTorch (before 1.6)";
    case WeightsFormat::kNpz:
      return "NumPy .npz";
    case WeightsFormat::kNpy:
      return "NumPy .npy";
  }
  return "";
}

WeightsFile WeightsFile::open(const std::filesystem::path& path, const std::string& key) {
  const std::string name = printable(path.string(), 4096);
  FoundWeights found = read_weights(path, key);
  if (!key.empty() && !is_torch(found.format)) keep_under(key, found.read, name);
  WeightsFile file(name, std::move(found));
  file.part_of_ = described_as_part(path);
  if (!file.part_of_.empty()) file.notes_.push_back("the file is " + file.part_of_);
  return file;
}

WeightsFile WeightsFile::parse(std::span<const std::byte> bytes, const std::string& name) {
  return {printable(name, 4096), read_weights(bytes, name)};
}

WeightsFile::WeightsFile(SafetensorsFile file) {
  const std::string name = file.file();
  *this = WeightsFile(name, read_weights(std::move(file)));
}

WeightsFile::WeightsFile(std::string file, FoundWeights found)
    : file_(std::move(file)), format_(found.format), metadata_(std::move(found.metadata)) {
  strip_compiled(found.read);
  strip_module(found.read);
  notes_ = std::move(found.read.notes);
  other_keys_ = std::move(found.read.other_keys);
  tensors_ = std::move(found.read.tensors);
  std::sort(tensors_.begin(), tensors_.end(),
            [](const WeightTensor& a, const WeightTensor& b) { return a.name < b.name; });
}

std::vector<std::string> WeightsFile::names() const {
  std::vector<std::string> names;
  names.reserve(tensors_.size());
  for (const WeightTensor& tensor : tensors_) names.push_back(tensor.name);
  return names;
}

const WeightTensor* WeightsFile::lookup(std::string_view name) const {
  const auto at = std::lower_bound(
      tensors_.begin(), tensors_.end(), name,
      [](const WeightTensor& tensor, std::string_view wanted) { return tensor.name < wanted; });
  return at != tensors_.end() && at->name == name ? &*at : nullptr;
}

const WeightTensor& WeightsFile::find(std::string_view name) const {
  if (const WeightTensor* tensor = lookup(name)) return *tensor;
  throw ModelError(file_ + ": has no tensor '" + printable(name) + "'" +
                   printable(did_you_mean(name, names())));
}

template <class Out>
void WeightsFile::read(std::string_view name, std::span<Out> out) const {
  const WeightTensor& tensor = find(name);
  const std::string who = tensor_in(file_, name);
  require_read(who, tensor.type, tensor.other_type);
  require_stored_elements(who, tensor.shape, out.size());
  if (tensor.strides.empty()) return convert_stored(who, tensor.type, tensor.bytes, out);
  std::vector<std::byte> bytes(out.size() * size_of(tensor.type));
  gather(tensor, bytes);
  convert_stored(who, tensor.type, bytes, out);
}

void WeightsFile::read_float(std::string_view name, std::span<float> out) const { read(name, out); }

void WeightsFile::read_double(std::string_view name, std::span<double> out) const {
  read(name, out);
}

void WeightsFile::require_shape(std::string_view name, std::span<const std::int64_t> shape) const {
  require_stored_shape(tensor_in(file_, name), find(name).shape, shape);
}

}  // namespace storyteller
