#include "core/serialization/weights_reader.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "core/error.h"
#include "core/serialization/npy.h"
#include "core/serialization/weights_index.h"
#include "core/system/printable.h"
#include "core/text/phrase.h"

namespace storyteller {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kHeadBytes = 16;

enum class Content { kSafetensors, kZip, kTorchLegacy, kNpy, kJson };

Content content_of(std::span<const std::byte> head) {
  const std::string_view text(reinterpret_cast<const char*>(head.data()), head.size());
  if (text.starts_with("PK\x03\x04") || text.starts_with("PK\x05\x06")) return Content::kZip;
  if (is_torch_legacy(head)) return Content::kTorchLegacy;
  if (text.starts_with("\x93NUMPY")) return Content::kNpy;
  // A safetensors file may begin with a brace too, but its length has zero bytes.
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos && text[first] == '{' &&
      text.find('\0') == std::string_view::npos) {
    return Content::kJson;
  }
  return Content::kSafetensors;  // whose reader says what else it may be
}

FoundWeights from_archive(const ZipArchive& archive, const std::string& key) {
  if (const ZipArchive::Entry* pickle = torch_pickle(archive)) {
    return {WeightsFormat::kTorchZip, read_torch_zip(archive, *pickle, key)};
  }
  if (is_npz(archive)) return {WeightsFormat::kNpz, read_npz(archive)};
  constexpr std::array<std::string_view, 6> kWeights = {".pth",  ".pt",          ".bin",
                                                        ".ckpt", ".safetensors", ".npz"};
  for (const ZipArchive::Entry& entry : archive.entries()) {
    if (std::any_of(kWeights.begin(), kWeights.end(),
                    [&](std::string_view ending) { return entry.name.ends_with(ending); })) {
      throw ModelError(archive.file() + ": is a ZIP archive that holds '" + printable(entry.name) +
                       "'; unpack it (unzip) and give that file");
    }
  }
  throw ModelError(archive.file() +
                   ": a ZIP archive without data.pkl (PyTorch) and without .npy (NumPy); give a "
                   "file of weights");
}

FoundWeights from_bytes(const SharedBytes& bytes, std::size_t size, const std::string& name,
                        const std::string& key) {
  const std::span<const std::byte> all(bytes.get(), size);
  if (content_of(all.first(std::min(size, kHeadBytes))) == Content::kTorchLegacy) {
    return {WeightsFormat::kTorchLegacy, read_torch_legacy(bytes, size, name, key)};
  }
  ReadTensors read;
  read.tensors.push_back(read_npy(bytes, size, fs::path(name).stem().string(), name));
  return {WeightsFormat::kNpy, std::move(read)};
}

FoundWeights read_file(const fs::path& path, const std::string& key, bool may_have_parts);

FoundWeights read_parts(const fs::path& path, const WeightsIndex& index, const std::string& key) {
  const std::string who = printable(path.string(), 4096);
  FoundWeights all;
  std::size_t others = 0;
  for (const auto& [part, wanted] : index.parts) {
    const fs::path file = path.parent_path() / part;
    std::error_code failure;
    if (!fs::exists(file, failure)) {
      throw ModelError(who + ": its part " + printable(file.string(), 4096) +
                       " is not there; download all parts");
    }
    FoundWeights found = read_file(file, key, /*may_have_parts=*/false);
    all.format = found.format;
    std::map<std::string_view, WeightTensor*> there;
    for (WeightTensor& tensor : found.read.tensors) there[tensor.name] = &tensor;
    others += there.size();
    for (const std::string& name : wanted) {
      const auto at = there.find(name);
      if (at == there.end()) {
        throw ModelError(who + ": tensor '" + printable(name) + "' is not in its part " +
                         printable(part) + "; download both again");
      }
      all.read.tensors.push_back(*at->second);
      --others;
    }
  }
  all.read.notes.push_back(counted(index.parts.size(), "part was", "parts were") + " read");
  if (others > 0) {
    all.read.notes.push_back(std::to_string(others) +
                             " tensors of them are not in the index and were left out");
  }
  return all;
}

FoundWeights read_file(const fs::path& path, const std::string& key, bool may_have_parts) {
  InputFile input(path);
  std::vector<std::byte> head(std::min<std::uint64_t>(kHeadBytes, input.size()));
  input.read(head.data(), head.size());
  input.seek(0);
  const Content content = content_of(head);
  if (content == Content::kSafetensors) return read_weights(SafetensorsFile::read(input));
  if (content == Content::kZip) return from_archive(ZipArchive(input), key);
  if (content == Content::kJson && (!may_have_parts || input.size() > kMaxIndexBytes)) {
    throw ModelError(input.name() + ": is JSON text, not weights");
  }
  const std::shared_ptr<std::byte[]> bytes = allocate_bytes(input.size(), input.name());
  input.read(bytes.get(), input.size());
  if (content != Content::kJson) return from_bytes(bytes, input.size(), input.name(), key);
  const std::string_view text(reinterpret_cast<const char*>(bytes.get()), input.size());
  return read_parts(path, parse_weights_index(text, input.name()), key);
}

}  // namespace

FoundWeights read_weights(const fs::path& path, const std::string& key) {
  std::error_code failure;
  if (!fs::is_directory(path, failure)) return read_file(path, key, /*may_have_parts=*/true);
  const fs::path file = weights_in(path);
  FoundWeights found = read_file(file, key, /*may_have_parts=*/true);
  found.read.notes.insert(found.read.notes.begin(),
                          printable(file.filename().string()) + " of the folder was read");
  return found;
}

FoundWeights read_weights(std::span<const std::byte> bytes, const std::string& name) {
  const Content content = content_of(bytes.first(std::min(bytes.size(), kHeadBytes)));
  if (content == Content::kSafetensors) return read_weights(SafetensorsFile::parse(bytes, name));
  const std::string shown = printable(name, 4096);
  if (content == Content::kZip) return from_archive(ZipArchive(bytes, shown), "");
  if (content == Content::kJson) throw ModelError(shown + ": is JSON text, not weights");
  const std::shared_ptr<std::byte[]> copy = allocate_bytes(bytes.size(), shown);
  std::copy(bytes.begin(), bytes.end(), copy.get());
  return from_bytes(copy, bytes.size(), shown, "");
}

FoundWeights read_weights(SafetensorsFile file) {
  const auto kept = std::make_shared<const SafetensorsFile>(std::move(file));
  FoundWeights found;
  found.metadata = kept->metadata();
  for (std::string& name : kept->names()) {
    const StoredTensorView view = kept->find(name);
    const bool read = view.type != StoredType::kOther;
    found.read.tensors.push_back({.name = std::move(name),
                                  .type = view.type,
                                  .other_type = std::string(view.other_type),
                                  .shape = {view.shape.begin(), view.shape.end()},
                                  .strides = {},
                                  .bytes = read ? view.bytes : std::span<const std::byte>(),
                                  .owner = SharedBytes(kept, view.bytes.data())});
  }
  return found;
}

}  // namespace storyteller
