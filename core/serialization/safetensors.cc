#include "core/serialization/safetensors.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <new>
#include <system_error>

#include "core/did_you_mean.h"
#include "core/error.h"
#include "core/serialization/safetensors_layout.h"
#include "core/system/printable.h"

namespace storyteller {
namespace {

/// Closes with the scope.
class InputDescriptor {
 public:
  // Without O_NONBLOCK opening a pipe would wait for its writer.
  explicit InputDescriptor(const std::filesystem::path& path)
      : value_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  ~InputDescriptor() {
    if (value_ >= 0) ::close(value_);
  }
  InputDescriptor(const InputDescriptor&) = delete;
  InputDescriptor& operator=(const InputDescriptor&) = delete;
  int value() const { return value_; }

 private:
  int value_;
};

void read_exactly(int descriptor, std::byte* out, std::uint64_t size, const std::string& file) {
  while (size != 0) {
    const ssize_t got = ::read(descriptor, out, std::min<std::uint64_t>(size, 1U << 30U));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      throw IoError("cannot read " + file + ": " + std::generic_category().message(errno));
    }
    if (got == 0) throw IoError(file + ": became shorter while it was read");
    out += got;
    size -= static_cast<std::uint64_t>(got);
  }
}

/// What people give in place of a safetensors file, told by its first bytes.
std::string hint(std::string_view head) {
  const auto begins = [&](std::string_view with) { return head.substr(0, with.size()) == with; };
  if (begins("version ")) {
    return "; it looks like a Git LFS pointer instead of the weights: run 'git lfs pull'";
  }
  if (begins("PK\x03\x04") || begins("\x80\x02")) {
    return "; it looks like a PyTorch file: convert it to safetensors first";
  }
  if (begins("\xFF\xD8\xFF") || begins("\x89PNG")) return "; it looks like a picture";
  return "";
}

/// The length of the header, proven against the size of the file.
std::uint64_t header_length(std::span<const std::byte> head, std::uint64_t file_bytes,
                            const std::string& file) {
  const std::string wrong = file + ": not a valid safetensors file: ";
  if (file_bytes == 0) throw ModelError(wrong + "it is empty");
  if (file_bytes < kLengthBytes) throw ModelError(wrong + "it has fewer than 8 bytes");
  std::uint64_t length = 0;
  for (std::size_t i = 0; i < kLengthBytes; ++i) {
    length |= std::to_integer<std::uint64_t>(head[i]) << (8 * i);
  }
  const std::string looks = hint({reinterpret_cast<const char*>(head.data()), head.size()});
  const std::string says = "header of " + std::to_string(length) + " bytes ";
  if (length > kMaxHeaderBytes) {
    throw ModelError(wrong + says + "(at most " + std::to_string(kMaxHeaderBytes) + ")" + looks);
  }
  if (length > file_bytes - kLengthBytes) {
    throw ModelError(wrong + says + "in a file of " + std::to_string(file_bytes) +
                     " bytes; it is cut short: copy or download it again" + looks);
  }
  return length;
}

std::unique_ptr<std::byte[]> allocate(std::uint64_t size, const std::string& file) {
  try {
    // operator new aligns to 16 bytes, more than any element needs. Not zeroed: read at once.
    return std::unique_ptr<std::byte[]>(new std::byte[std::max<std::uint64_t>(size, 1)]);
  } catch (const std::bad_alloc&) {
    throw MemoryError(file + ": not enough memory to read its " + std::to_string(size) + " bytes");
  }
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
  SafetensorsFile result;
  result.file_ = printable(path.string(), 4096);
  const InputDescriptor input(path);
  struct stat status {};
  if (input.value() < 0 || ::fstat(input.value(), &status) != 0) {
    throw ModelError("cannot open " + result.file_ + ": " + std::generic_category().message(errno) +
                     "; give the path of a model file");
  }
  if (S_ISDIR(status.st_mode)) {
    throw ModelError(result.file_ + ": is a folder; give the path of a model file inside it");
  }
  if (!S_ISREG(status.st_mode)) throw ModelError(result.file_ + ": is not a regular file");
  const auto file_bytes = static_cast<std::uint64_t>(status.st_size);
  std::array<std::byte, kLengthBytes> head{};
  const std::uint64_t head_bytes = std::min<std::uint64_t>(head.size(), file_bytes);
  read_exactly(input.value(), head.data(), head_bytes, result.file_);
  const std::uint64_t length = header_length(head, file_bytes, result.file_);
  std::string header(length, '\0');
  read_exactly(input.value(), reinterpret_cast<std::byte*>(header.data()), length, result.file_);
  const std::uint64_t data_bytes = file_bytes - kLengthBytes - length;
  result.header_ = parse_safetensors_header(header, data_bytes, result.file_);
  result.data_ = allocate(data_bytes, result.file_);
  read_exactly(input.value(), result.data_.get(), data_bytes, result.file_);
  verify_checksum(result.header_, header, {result.data_.get(), data_bytes}, result.file_);
  return result;
}

SafetensorsFile SafetensorsFile::parse(std::span<const std::byte> bytes, const std::string& name) {
  SafetensorsFile result;
  result.file_ = printable(name, 4096);
  const auto head = bytes.first(std::min(bytes.size(), kLengthBytes));
  const std::uint64_t length = header_length(head, bytes.size(), result.file_);
  const auto header_bytes = bytes.subspan(kLengthBytes, length);
  const std::string_view header(reinterpret_cast<const char*>(header_bytes.data()), length);
  const auto data = bytes.subspan(kLengthBytes + length);
  result.header_ = parse_safetensors_header(header, data.size(), result.file_);
  result.data_ = allocate(data.size(), result.file_);
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
          .bytes = {data_.get() + tensor->begin, tensor->end - tensor->begin}};
}

void SafetensorsFile::require_shape(std::string_view name,
                                    std::span<const std::int64_t> shape) const {
  const StoredTensorView tensor = find(name);
  if (std::equal(shape.begin(), shape.end(), tensor.shape.begin(), tensor.shape.end())) return;
  throw ModelError(file_ + ": tensor '" + printable(name) + "' has shape " +
                   shape_text(tensor.shape) + ", but " + shape_text(shape) + " was expected");
}

}  // namespace storyteller
