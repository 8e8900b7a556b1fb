#include "core/serialization/weights_file.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "core/did_you_mean.h"
#include "core/error.h"
#include "core/serialization/stored_convert.h"
#include "core/system/printable.h"

namespace storyteller {

std::string_view name_of(WeightsFormat format) {
  switch (format) {
    case WeightsFormat::kSafetensors:
      return "safetensors";
  }
  return "";
}

WeightsFile WeightsFile::open(const std::filesystem::path& path) {
  return SafetensorsFile::open(path);
}

WeightsFile WeightsFile::parse(std::span<const std::byte> bytes, const std::string& name) {
  return SafetensorsFile::parse(bytes, name);
}

WeightsFile::WeightsFile(SafetensorsFile file) : file_(file.file()), metadata_(file.metadata()) {
  const auto kept = std::make_shared<const SafetensorsFile>(std::move(file));
  for (std::string& name : kept->names()) {
    const StoredTensorView view = kept->find(name);
    tensors_.push_back({.name = std::move(name),
                        .type = view.type,
                        .shape = {view.shape.begin(), view.shape.end()},
                        .strides = {},
                        .bytes = view.bytes,
                        .owner = SharedBytes(kept, view.bytes.data())});
  }
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
  const std::string who = file_ + ": tensor '" + printable(name) + "' has ";
  if (static_cast<std::uint64_t>(element_count(tensor.shape)) != out.size()) {
    throw ModelError(who + "shape " + shape_text(tensor.shape) + ", but " +
                     std::to_string(out.size()) + " elements were expected");
  }
  bool converted = false;
  if (tensor.strides.empty()) {
    converted = convert_stored(tensor.type, tensor.bytes, out);
  } else {
    std::vector<std::byte> bytes(out.size() * size_of(tensor.type));
    gather(tensor, bytes);
    converted = convert_stored(tensor.type, bytes, out);
  }
  if (converted) return;
  throw ModelError(who + "type " + std::string(name_of(tensor.type)) +
                   ", but floating-point numbers were expected");
}

void WeightsFile::read_float(std::string_view name, std::span<float> out) const { read(name, out); }

void WeightsFile::read_double(std::string_view name, std::span<double> out) const {
  read(name, out);
}

void WeightsFile::require_shape(std::string_view name, std::span<const std::int64_t> shape) const {
  const WeightTensor& tensor = find(name);
  if (std::equal(shape.begin(), shape.end(), tensor.shape.begin(), tensor.shape.end())) return;
  throw ModelError(file_ + ": tensor '" + printable(name) + "' has shape " +
                   shape_text(tensor.shape) + ", but " + shape_text(shape) + " was expected");
}

}  // namespace storyteller
