#include "core/serialization/safetensors_writer.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/error.h"
#include "core/serialization/narrow_floats.h"
#include "core/serialization/safetensors.h"
#include "core/serialization/safetensors_layout.h"
#include "core/system/atomic_file.h"
#include "core/system/printable.h"

namespace storyteller {
namespace {

/// As a JSON string with its quotes; bytes that are not UTF-8 become U+FFFD.
std::string json_string(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

void SafetensorsWriter::add(const std::string& name, StoredType type,
                            std::vector<std::int64_t> shape, const void* data) {
  const std::string who = "SafetensorsWriter: tensor '" + printable(name) + "' ";
  if (name == "__metadata__") throw InternalError(who + "has a reserved name");
  if (std::any_of(shape.begin(), shape.end(), [](std::int64_t axis) { return axis < 0; })) {
    throw InternalError(who + "has shape " + shape_text(shape));
  }
  const auto size = static_cast<std::uint64_t>(element_count(shape)) * size_of(type);
  if (data == nullptr && size != 0) throw InternalError(who + "has no data");
  Tensor tensor{.type = type,
                .shape = std::move(shape),
                .bytes = {static_cast<const std::byte*>(data), size}};
  if (!tensors_.emplace(name, std::move(tensor)).second) throw InternalError(who + "added twice");
}

void SafetensorsWriter::add(const std::string& name, StoredType type,
                            std::vector<std::int64_t> shape, std::vector<std::byte> bytes) {
  const auto size = static_cast<std::size_t>(element_count(shape)) * size_of(type);
  if (bytes.size() != size) {
    throw InternalError("SafetensorsWriter: tensor '" + printable(name) + "' has " +
                        std::to_string(bytes.size()) + " bytes for shape " + shape_text(shape));
  }
  kept_.push_back(std::move(bytes));
  add(name, type, std::move(shape), static_cast<const void*>(kept_.back().data()));
}

void SafetensorsWriter::add_rounded(const std::string& name, StoredType type,
                                    std::vector<std::int64_t> shape, const float* data) {
  if (type == StoredType::kF32) return add(name, type, std::move(shape), data);
  if (type != StoredType::kF16 && type != StoredType::kBF16) {
    throw InternalError("SafetensorsWriter: cannot round to " + std::string(name_of(type)));
  }
  const auto count = static_cast<std::size_t>(element_count(shape));
  std::vector<std::uint16_t> rounded(count);
  if (type == StoredType::kF16) {
    float_to_half(data, rounded.data(), count);
  } else {
    std::transform(data, data + count, rounded.begin(), float_to_bfloat16);
  }
  rounded_.push_back(std::move(rounded));
  add(name, type, std::move(shape), rounded_.back().data());
}

void SafetensorsWriter::add_all(const SafetensorsFile& file, std::string_view except) {
  for (const std::string& name : file.names()) {
    if (!except.empty() && name.starts_with(except)) continue;
    const StoredTensorView tensor = file.find(name);
    add(name, tensor.type, {tensor.shape.begin(), tensor.shape.end()}, tensor.bytes.data());
  }
  for (const auto& [key, value] : file.metadata()) {
    if (key != kChecksumKey) set_metadata(key, value);
  }
}

void SafetensorsWriter::set_metadata(const std::string& key, const std::string& value) {
  metadata_[key] = value;
}

std::vector<SafetensorsWriter::Named> SafetensorsWriter::in_file_order() const {
  std::vector<Named> order;
  order.reserve(tensors_.size());
  for (const auto& [name, tensor] : tensors_) order.push_back({&name, &tensor});
  std::stable_sort(order.begin(), order.end(),
                   [](const Named& a, const Named& b) { return a.tensor->type > b.tensor->type; });
  return order;
}

std::string SafetensorsWriter::front(Checksum checksum) const {
  auto metadata = metadata_;
  metadata.erase(std::string(kChecksumKey));  // one of an earlier file would be wrong
  if (checksum == Checksum::kAdd) metadata[std::string(kChecksumKey)] = kChecksumPlaceholder;
  std::string header = "{";
  const auto next = [&header] {
    if (header.back() != '{') header += ',';
  };
  if (!metadata.empty()) {
    header += "\"__metadata__\":{";
    for (const auto& [key, value] : metadata) {
      next();
      header += json_string(key) + ":" + json_string(value);
    }
    header += '}';
  }
  const std::vector<Named> order = in_file_order();
  std::uint64_t offset = 0;
  for (const auto& [name, tensor] : order) {
    next();
    header += json_string(*name) + R"(:{"dtype":")" + std::string(name_of(tensor->type)) +
              R"(","shape":)" + nlohmann::json(tensor->shape).dump() + R"(,"data_offsets":[)" +
              std::to_string(offset) + "," + std::to_string(offset + tensor->bytes.size()) + "]}";
    offset += tensor->bytes.size();
  }
  header += '}';
  header.resize((header.size() + 7) / 8 * 8, ' ');  // the data begin at a multiple of 8
  if (header.size() > kMaxHeaderBytes) {
    throw InternalError("SafetensorsWriter: header of " + std::to_string(header.size()) +
                        " bytes, more than the format allows");
  }
  std::string length(kLengthBytes, '\0');
  for (std::size_t i = 0; i < kLengthBytes; ++i) {
    length[i] = static_cast<char>(header.size() >> (8 * i) & 0xFFU);
  }
  if (checksum == Checksum::kAdd) {
    SafetensorsChecksum sum(header);
    for (const auto& [name, tensor] : order) sum.update(tensor->bytes);
    header.replace(find_checksum(header), kChecksumPlaceholder.size(), sum.digits());
  }
  return length + header;
}

void SafetensorsWriter::write(const std::filesystem::path& path, Checksum checksum) const {
  const std::string begin = front(checksum);
  const std::vector<Named> order = in_file_order();
  std::uint64_t total = begin.size();
  for (const auto& [name, tensor] : order) total += tensor->bytes.size();
  AtomicFile file(path, total);
  file.write(begin);
  for (const auto& [name, tensor] : order) file.write(tensor->bytes);
  file.commit();
}

std::vector<std::byte> SafetensorsWriter::bytes(Checksum checksum) const {
  const std::string begin = front(checksum);
  const auto begin_bytes = std::as_bytes(std::span(begin));
  std::vector<std::byte> all(begin_bytes.begin(), begin_bytes.end());
  for (const auto& [name, tensor] : in_file_order()) {
    all.insert(all.end(), tensor->bytes.begin(), tensor->bytes.end());
  }
  return all;
}

}  // namespace storyteller
