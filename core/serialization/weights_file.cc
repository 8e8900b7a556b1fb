#include "core/serialization/weights_file.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "core/did_you_mean.h"
#include "core/error.h"
#include "core/serialization/npy.h"
#include "core/serialization/stored_convert.h"
#include "core/system/printable.h"

namespace storyteller {

namespace {

constexpr std::size_t kHeadBytes = 16;

enum class Content { kSafetensors, kZip, kTorchLegacy, kNpy };

Content content_of(std::span<const std::byte> head) {
  const std::string_view text(reinterpret_cast<const char*>(head.data()), head.size());
  if (text.starts_with("PK\x03\x04") || text.starts_with("PK\x05\x06")) return Content::kZip;
  if (is_torch_legacy(head)) return Content::kTorchLegacy;
  if (text.starts_with("\x93NUMPY")) return Content::kNpy;
  return Content::kSafetensors;  // whose reader says what else it may be
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

WeightsFile WeightsFile::open(const std::filesystem::path& path) {
  InputFile input(path);
  std::vector<std::byte> head(std::min<std::uint64_t>(kHeadBytes, input.size()));
  input.read(head.data(), head.size());
  input.seek(0);
  const Content content = content_of(head);
  if (content == Content::kSafetensors) return SafetensorsFile::read(input);
  if (content == Content::kZip) return from_archive(ZipArchive(input));
  const std::shared_ptr<std::byte[]> bytes = allocate_bytes(input.size(), input.name());
  input.read(bytes.get(), input.size());
  return from_bytes(bytes, input.size(), input.name());
}

WeightsFile WeightsFile::parse(std::span<const std::byte> bytes, const std::string& name) {
  const Content content = content_of(bytes.first(std::min(bytes.size(), kHeadBytes)));
  if (content == Content::kSafetensors) return SafetensorsFile::parse(bytes, name);
  const std::string shown = printable(name, 4096);
  if (content == Content::kZip) return from_archive(ZipArchive(bytes, shown));
  const std::shared_ptr<std::byte[]> copy = allocate_bytes(bytes.size(), shown);
  std::copy(bytes.begin(), bytes.end(), copy.get());
  return from_bytes(copy, bytes.size(), shown);
}

WeightsFile WeightsFile::from_archive(const ZipArchive& archive) {
  if (const ZipArchive::Entry* pickle = torch_pickle(archive)) {
    return {archive.file(), WeightsFormat::kTorchZip, read_torch_zip(archive, *pickle)};
  }
  if (is_npz(archive)) return {archive.file(), WeightsFormat::kNpz, read_npz(archive)};
  throw ModelError(archive.file() +
                   ": a ZIP archive without data.pkl (PyTorch) and without .npy (NumPy); give a "
                   "file of weights");
}

WeightsFile WeightsFile::from_bytes(const SharedBytes& bytes, std::size_t size,
                                    const std::string& name) {
  const std::span<const std::byte> all(bytes.get(), size);
  if (content_of(all.first(std::min(size, kHeadBytes))) == Content::kTorchLegacy) {
    return {name, WeightsFormat::kTorchLegacy, read_torch_legacy(bytes, size, name)};
  }
  ReadTensors read;
  const std::string stem = std::filesystem::path(name).stem().string();
  read.tensors.push_back(read_npy(bytes, size, stem, name));
  return {name, WeightsFormat::kNpy, std::move(read)};
}

WeightsFile::WeightsFile(std::string file, WeightsFormat format, ReadTensors read)
    : file_(std::move(file)), format_(format) {
  take(std::move(read));
}

void WeightsFile::take(ReadTensors read) {
  strip_module(read);
  notes_ = std::move(read.notes);
  tensors_ = std::move(read.tensors);
  std::sort(tensors_.begin(), tensors_.end(),
            [](const WeightTensor& a, const WeightTensor& b) { return a.name < b.name; });
}

WeightsFile::WeightsFile(SafetensorsFile file) : file_(file.file()), metadata_(file.metadata()) {
  const auto kept = std::make_shared<const SafetensorsFile>(std::move(file));
  ReadTensors read;
  for (std::string& name : kept->names()) {
    const StoredTensorView view = kept->find(name);
    read.tensors.push_back({.name = std::move(name),
                            .type = view.type,
                            .shape = {view.shape.begin(), view.shape.end()},
                            .strides = {},
                            .bytes = view.bytes,
                            .owner = SharedBytes(kept, view.bytes.data())});
  }
  take(std::move(read));
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
