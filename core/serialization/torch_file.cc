#include "core/serialization/torch_file.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <optional>

#include "core/error.h"
#include "core/serialization/torch_state_dict.h"
#include "core/system/printable.h"

namespace storyteller {
namespace {

using Kind = PickleValue::Kind;

/// The bytes of one storage.
struct Stored {
  std::span<const std::byte> bytes;
  SharedBytes owner;
};

/// The part of a storage that a tensor looks into.
std::span<const std::byte> bytes_of(const TorchTensor& tensor, std::span<const std::byte> storage) {
  const auto bytes = storage.subspan(tensor.offset * size_of(tensor.type));
  if (!tensor.strides.empty()) return bytes;
  std::uint64_t count = 1;
  for (const std::int64_t axis : tensor.shape) count *= static_cast<std::uint64_t>(axis);
  return bytes.first(count * size_of(tensor.type));
}

ReadTensors tensors_of(TorchStateDict dict, const std::vector<Stored>& storages) {
  ReadTensors out;
  out.notes = std::move(dict.notes);
  out.other_keys = std::move(dict.other_keys);
  for (TorchTensor& tensor : dict.tensors) {
    if (tensor.strides == row_major_strides(tensor.shape)) tensor.strides.clear();
    WeightTensor weights{.name = std::move(tensor.name),
                         .type = tensor.type,
                         .other_type = std::move(tensor.other_type)};
    if (tensor.type != StoredType::kOther) {
      const Stored& stored = storages[tensor.storage];
      weights.bytes = bytes_of(tensor, stored.bytes);
      weights.owner = stored.owner;
    }
    weights.shape = std::move(tensor.shape);
    weights.strides = std::move(tensor.strides);
    out.tensors.push_back(std::move(weights));
  }
  return out;
}

/// For each storage, whether a tensor that is read looks into it.
std::vector<bool> used_storages(const TorchStateDict& dict) {
  std::vector<bool> used(dict.storages.size(), false);
  for (const TorchTensor& tensor : dict.tensors) {
    if (tensor.type != StoredType::kOther) used[tensor.storage] = true;
  }
  return used;
}

/// Untyped storages are turned round by the types of their tensors, which this does not do.
void refuse_untyped_big_endian(TorchStateDict& dict) {
  for (TorchTensor& tensor : dict.tensors) {
    if (tensor.type == StoredType::kOther) continue;
    const TorchElement& element = dict.storages[tensor.storage].element;
    if (element.element_bytes == size_of(tensor.type)) continue;
    tensor.other_type = std::string(name_of(tensor.type)) + ", big-endian";
    tensor.type = StoredType::kOther;
    tensor.strides.clear();
  }
}

/// A storage whose bytes are big-endian, turned round.
Stored swapped(const Stored& stored, std::uint64_t element_bytes, const std::string& file) {
  const std::shared_ptr<std::byte[]> bytes = allocate_bytes(stored.bytes.size(), file);
  std::copy(stored.bytes.begin(), stored.bytes.end(), bytes.get());
  swap_bytes({bytes.get(), stored.bytes.size()}, element_bytes);
  return {.bytes = {bytes.get(), stored.bytes.size()}, .owner = bytes};
}

bool big_endian(const ZipArchive& archive, const std::string& folder) {
  const ZipArchive::Entry* entry = archive.find(folder + "byteorder");
  if (entry == nullptr) return false;  // before 2.1; from little-endian machines
  if (entry->size <= 8) {
    const auto bytes = archive.read(*entry);
    const std::string_view order(reinterpret_cast<const char*>(bytes.get()), entry->size);
    if (order == "little") return false;
    if (order == "big") return true;
  }
  throw ModelError(archive.file() + ": entry '" + printable(entry->name) +
                   "' says neither 'little' nor 'big'");
}

}  // namespace

const ZipArchive::Entry* torch_pickle(const ZipArchive& archive) {
  constexpr std::string_view kName = "data.pkl";
  const ZipArchive::Entry* found = nullptr;
  for (const ZipArchive::Entry& entry : archive.entries()) {
    if (entry.name != kName && !entry.name.ends_with("/" + std::string(kName))) continue;
    if (found == nullptr || entry.name.size() < found->name.size()) found = &entry;
  }
  return found;
}

ReadTensors read_torch_zip(const ZipArchive& archive, const ZipArchive::Entry& pickle,
                           const std::string& key) {
  const std::string& file = archive.file();
  const std::string folder = pickle.name.substr(0, pickle.name.size() - std::strlen("data.pkl"));
  if (archive.find(folder + "constants.pkl") != nullptr) {
    throw ModelError(file +
                     ": is a TorchScript program; save the state dict alone: "
                     "torch.save(torch.jit.load(FILE).state_dict(), ANOTHER)");
  }
  if (pickle.size > kMaxPickleBytes) {
    throw ModelError(file + ": its data.pkl has " + std::to_string(pickle.size) +
                     " bytes (at most " + std::to_string(kMaxPickleBytes) + ")");
  }
  const auto text = archive.read(pickle);
  const Pickle object = read_pickle({text.get(), pickle.size}, file);
  TorchStateDict dict = find_state_dict(object, file, {.key = key});
  const bool big = big_endian(archive, folder);
  if (big) refuse_untyped_big_endian(dict);
  const std::vector<bool> used = used_storages(dict);
  std::vector<Stored> storages(dict.storages.size());
  for (std::size_t i = 0; i < storages.size(); ++i) {
    if (!used[i]) continue;
    const TorchStorage& storage = dict.storages[i];
    const std::string name = folder + "data/" + std::string(storage.key);
    const ZipArchive::Entry* entry = archive.find(name);
    if (entry == nullptr) {
      throw ModelError(file + ": has no entry '" + printable(name) +
                       "' for a storage; it is damaged");
    }
    const std::uint64_t size = storage.element.element_bytes;
    if (entry->size % size != 0 || entry->size / size != storage.elements) {
      throw ModelError(file + ": entry '" + printable(name) + "' has " +
                       std::to_string(entry->size) + " bytes, but " +
                       std::to_string(storage.elements) + " elements of " + std::to_string(size) +
                       " were expected");
    }
    const std::shared_ptr<std::byte[]> bytes = archive.read(*entry);
    if (big) swap_bytes({bytes.get(), entry->size}, size);
    storages[i] = {.bytes = {bytes.get(), entry->size}, .owner = bytes};
  }
  return tensors_of(std::move(dict), storages);
}

namespace {

// Protocol 2, then the long integer 0x1950a86a20f9469cfc6c, then stop.
constexpr std::array<unsigned char, 15> kTorchMagic = {
    0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e};

/// Reads pickles and storages one after the other.
class LegacyReader {
 public:
  LegacyReader(SharedBytes owner, std::size_t size, const std::string& file)
      : owner_(std::move(owner)), rest_(owner_.get(), size), file_(file) {}

  ReadTensors read(const std::string& state_dict) {
    rest_ = rest_.subspan(kTorchMagic.size());
    const Pickle version = next_pickle();
    if (version[version.root].kind != Kind::kInteger || version[version.root].integer != 1001) {
      throw ModelError(file_ + ": a PyTorch checkpoint of another protocol than 1001");
    }
    const bool big = is_big_endian(next_pickle());
    const Pickle object = next_pickle();
    TorchStateDict dict = find_state_dict(object, file_, {.key = state_dict, .all_storages = true});
    if (big) refuse_untyped_big_endian(dict);
    const Pickle keys = next_pickle();
    std::map<std::string_view, std::size_t> wanted;
    for (std::size_t i = 0; i < dict.storages.size(); ++i) wanted[dict.storages[i].key] = i;
    std::vector<Stored> storages(dict.storages.size());
    std::vector<bool> seen(dict.storages.size(), false);
    if (keys[keys.root].kind != Kind::kList) refuse("the keys of its storages are no list");
    for (const std::uint32_t item : keys[keys.root].items) {
      if (keys[item].kind != Kind::kText) refuse("a key of a storage is no text");
      const auto at = wanted.find(keys[item].text);
      if (at == wanted.end()) refuse("it has a storage that nothing describes");
      if (seen[at->second]) refuse("the key of a storage is there twice");
      seen[at->second] = true;
      storages[at->second] = next_storage(dict.storages[at->second], big);
    }
    if (std::find(seen.begin(), seen.end(), false) != seen.end()) refuse("a storage is missing");
    return tensors_of(std::move(dict), storages);
  }

 private:
  [[noreturn]] void refuse(const std::string& problem) const {
    throw ModelError(file_ + ": not a PyTorch checkpoint that is read: " + problem);
  }

  Pickle next_pickle() {
    Pickle pickle = read_pickle(rest_, file_);
    rest_ = rest_.subspan(pickle.bytes);
    return pickle;
  }

  bool is_big_endian(const Pickle& system) const {
    const PickleValue& dict = system[system.root];
    if (dict.kind == Kind::kDict) {
      for (std::size_t i = 0; i < dict.items.size(); i += 2) {
        const PickleValue &key = system[dict.items[i]], &value = system[dict.items[i + 1]];
        if (key.kind == Kind::kText && key.text == "little_endian" && value.kind == Kind::kBool) {
          return value.integer == 0;
        }
      }
    }
    refuse("it does not say the order of its bytes");
  }

  Stored next_storage(const TorchStorage& storage, bool big) {
    const std::string who = "storage '" + printable(storage.key) + "' ";
    std::uint64_t elements = 0;
    if (rest_.size() < sizeof elements) refuse(who + "is cut off; copy or download it again");
    std::array<std::byte, sizeof elements> length{};
    std::copy_n(rest_.begin(), length.size(), length.begin());
    if (big) std::reverse(length.begin(), length.end());
    std::memcpy(&elements, length.data(), sizeof elements);
    rest_ = rest_.subspan(length.size());
    if (elements != storage.elements) {
      refuse(who + "has " + std::to_string(elements) + " elements, but " +
             std::to_string(storage.elements) + " were expected");
    }
    const std::uint64_t size = storage.element.element_bytes;
    if (size == 0) {
      refuse(who + "is of the type " + printable(storage.element.name) +
             ", of which no size is known");
    }
    if (elements > rest_.size() / size) refuse(who + "is cut off; copy or download it again");
    const Stored stored{.bytes = rest_.first(elements * size), .owner = owner_};
    rest_ = rest_.subspan(stored.bytes.size());
    return big ? swapped(stored, size, file_) : stored;
  }

  SharedBytes owner_;
  std::span<const std::byte> rest_;
  const std::string& file_;
};

}  // namespace

bool is_torch_legacy(std::span<const std::byte> head) {
  return head.size() >= kTorchMagic.size() &&
         std::memcmp(head.data(), kTorchMagic.data(), kTorchMagic.size()) == 0;
}

ReadTensors read_torch_legacy(const SharedBytes& owner, std::size_t size, const std::string& file,
                              const std::string& key) {
  return LegacyReader(owner, size, file).read(key);
}

}  // namespace storyteller
