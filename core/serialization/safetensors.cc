#include "core/serialization/safetensors.h"

#include <algorithm>

#include "core/did_you_mean.h"
#include "core/error.h"
#include "core/file_kind/file_kind.h"
#include "core/serialization/safetensors_layout.h"
#include "core/serialization/stored_convert.h"
#include "core/system/printable.h"

namespace storyteller {
namespace {

/// Refuses what the first bytes show to be something else, which has a length of its header only by
/// chance.
void refuse_other_kinds(std::span<const std::byte> head, const std::string& file) {
  const FileKind kind = identify_file(head);
  if (kind.family == FileFamily::kSafetensors || kind.family == FileFamily::kUnknown) return;
  const std::string what(kind.what);
  const std::string is = file + (what.starts_with("weights") ? ": holds " : ": is ") + what;
  if (kind.family == FileFamily::kTorch || kind.family == FileFamily::kNumpy) {
    throw ModelError(is +
                     ", not a model of storyteller (best.storyteller of a training run); an "
                     "encoder's weights are converted by 'storyteller weights import'");
  }
  throw ModelError(is +
                   (kind.family == FileFamily::kOtherWeights ? ", which is not read; "
                                                             : ", not a model or weights; ") +
                   way_out(kind, FileUse::kWeights, file));
}

/// The length of the header, proven against the size of the file.
std::uint64_t header_length(std::span<const std::byte> head, std::uint64_t file_bytes,
                            const std::string& file) {
  refuse_other_kinds(head, file);
  const std::string wrong = file + ": not a valid safetensors file: ";
  if (file_bytes == 0) throw ModelError(wrong + "it is empty");
  if (file_bytes < kLengthBytes) throw ModelError(wrong + "it has fewer than 8 bytes");
  std::uint64_t length = 0;
  for (std::size_t i = 0; i < kLengthBytes; ++i) {
    length |= std::to_integer<std::uint64_t>(head[i]) << (8 * i);
  }
  const std::string says = "header of " + std::to_string(length) + " bytes ";
  if (length > kMaxHeaderBytes) {
    throw ModelError(wrong + says + "(at most " + std::to_string(kMaxHeaderBytes) +
                     "); give a file of weights or a model");
  }
  if (length > file_bytes - kLengthBytes) {
    throw ModelError(wrong + says + "in a file of " + std::to_string(file_bytes) +
                     " bytes; it is cut short: copy or download it again");
  }
  return length;
}

void verify_checksum(const SafetensorsHeader& parsed, std::string_view header,
                     std::span<const std::byte> data, const std::string& file) {
  const auto stored = parsed.metadata.find(std::string(kChecksumKey));
  if (stored == parsed.metadata.end()) return;
  SafetensorsChecksum sum(header);
  sum.update(data);
  if (stored->second == sum.digits()) return;
  throw ModelError(file +
                   ": checksum does not match: the file is damaged; use another copy (if it "
                   "was edited on purpose, remove the metadata key '" +
                   std::string(kChecksumKey) + "')");
}

}  // namespace

std::int64_t element_count(std::span<const std::int64_t> shape) {
  std::int64_t count = 1;
  for (const std::int64_t axis : shape) {
    if (axis == 0) return 0;
    count *= axis;
  }
  return count;
}

std::string shape_text(std::span<const std::int64_t> shape) {
  std::string text = "[";
  for (const std::int64_t axis : shape) {
    if (text.size() > 1) text += ", ";
    text += std::to_string(axis);
  }
  return text + "]";
}

SafetensorsFile SafetensorsFile::open(const std::filesystem::path& path) {
  InputFile input(path);
  return read(input);
}

SafetensorsFile SafetensorsFile::read(InputFile& input) {
  SafetensorsFile result;
  result.file_ = input.name();
  std::vector<std::byte> head(std::min<std::uint64_t>(kIdentifyBytes, input.size()));
  input.read(head.data(), head.size());
  const std::uint64_t length = header_length(head, input.size(), result.file_);
  input.seek(kLengthBytes);
  std::string header(length, '\0');
  input.read(reinterpret_cast<std::byte*>(header.data()), length);
  const std::uint64_t data_bytes = input.size() - kLengthBytes - length;
  result.header_ = parse_safetensors_header(header, data_bytes, result.file_);
  result.data_ = allocate_bytes(data_bytes, result.file_);
  input.read(result.data_.get(), data_bytes);
  verify_checksum(result.header_, header, {result.data_.get(), data_bytes}, result.file_);
  return result;
}

SafetensorsFile SafetensorsFile::parse(std::span<const std::byte> bytes, const std::string& name) {
  SafetensorsFile result;
  result.file_ = printable(name, 4096);
  const auto head = bytes.first(std::min(bytes.size(), kIdentifyBytes));
  const std::uint64_t length = header_length(head, bytes.size(), result.file_);
  const auto header_bytes = bytes.subspan(kLengthBytes, length);
  const std::string_view header(reinterpret_cast<const char*>(header_bytes.data()), length);
  const auto data = bytes.subspan(kLengthBytes + length);
  result.header_ = parse_safetensors_header(header, data.size(), result.file_);
  result.data_ = allocate_bytes(data.size(), result.file_);
  std::copy(data.begin(), data.end(), result.data_.get());
  verify_checksum(result.header_, header, data, result.file_);
  return result;
}

const std::string& SafetensorsFile::metadata(const std::string& key) const {
  const auto found = header_.metadata.find(key);
  if (found != header_.metadata.end()) return found->second;
  throw ModelError(file_ + ": has no metadata '" + printable(key) +
                   "'; was it saved by storyteller?");
}

std::vector<std::string> SafetensorsFile::names() const {
  std::vector<std::string> names;
  names.reserve(header_.tensors.size());
  for (const StoredTensor& tensor : header_.tensors) names.push_back(tensor.name);
  return names;
}

const StoredTensor* SafetensorsFile::lookup(std::string_view name) const {
  const auto& tensors = header_.tensors;
  const auto at = std::lower_bound(
      tensors.begin(), tensors.end(), name,
      [](const StoredTensor& tensor, std::string_view wanted) { return tensor.name < wanted; });
  return at != tensors.end() && at->name == name ? &*at : nullptr;
}

bool SafetensorsFile::contains(std::string_view name) const { return lookup(name) != nullptr; }

StoredTensorView SafetensorsFile::find(std::string_view name) const {
  const StoredTensor* tensor = lookup(name);
  if (tensor == nullptr) {
    throw ModelError(file_ + ": has no tensor '" + printable(name) + "'" +
                     printable(did_you_mean(name, names())));
  }
  return {.type = tensor->type,
          .shape = tensor->shape,
          .bytes = {data_.get() + tensor->begin, tensor->end - tensor->begin},
          .other_type = tensor->other_type};
}

void SafetensorsFile::require_shape(std::string_view name,
                                    std::span<const std::int64_t> shape) const {
  require_stored_shape(tensor_in(file_, name), find(name).shape, shape);
}

}  // namespace storyteller
