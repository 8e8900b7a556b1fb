#include "core/serialization/npy.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <optional>
#include <string_view>

#include "core/error.h"
#include "core/system/printable.h"

namespace storyteller {
namespace {

constexpr std::string_view kNpyMagic = "\x93NUMPY";
constexpr std::size_t kMaxHeader = 1U << 16U;  // NumPy itself reads 10,000 bytes

struct NpyHeader {
  std::string descr;
  std::optional<bool> fortran_order;
  std::optional<std::vector<std::int64_t>> shape;
};

/// Reads the one Python literal that a header is: {'descr': '<f4', 'fortran_order': False,
/// 'shape': (3, 4), }
class HeaderParser {
 public:
  HeaderParser(std::string_view text, const std::string& who) : rest_(text), who_(who) {}

  NpyHeader parse() {
    expect('{');
    while (!accept('}')) {
      const std::string key = text();
      expect(':');
      entry(key);
      if (accept(',')) continue;
      expect('}');
      break;
    }
    skip_blanks();
    if (!rest_.empty()) refuse("something follows its header");
    if (header_.descr.empty() || !header_.fortran_order || !header_.shape) {
      refuse("its header lacks 'descr', 'fortran_order' or 'shape'");
    }
    return header_;
  }

 private:
  [[noreturn]] void refuse(const std::string& problem) const {
    throw ModelError(who_ + ": not a NumPy array that is read: " + problem);
  }
  void skip_blanks() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \n\r\t"), rest_.size()));
  }
  bool accept(char wanted) {
    skip_blanks();
    if (rest_.empty() || rest_.front() != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void expect(char wanted) {
    if (!accept(wanted)) refuse(std::string("its header lacks a '") + wanted + "'");
  }
  bool accept_word(std::string_view word) {
    skip_blanks();
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  std::string text() {
    skip_blanks();
    const char quote = rest_.empty() ? '\0' : rest_.front();
    const std::size_t end = quote == '\'' || quote == '"' ? rest_.find(quote, 1) : rest_.npos;
    if (end == rest_.npos) refuse("its header has something else in place of a text");
    std::string value(rest_.substr(1, end - 1));
    if (value.find('\\') != value.npos) refuse("its header has a text with a backslash");
    rest_.remove_prefix(end + 1);
    return value;
  }
  std::int64_t axis() {
    skip_blanks();
    if (!rest_.empty() && rest_.front() == '-') refuse("its shape has a negative axis");
    std::int64_t value = 0;
    const std::size_t digits = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
    if (digits == 0) refuse("its shape has something else in place of a number");
    for (const char digit : rest_.substr(0, digits)) {
      if (value > (std::numeric_limits<std::int64_t>::max() - 9) / 10) {
        refuse("an axis of its shape is too long");
      }
      value = value * 10 + (digit - '0');
    }
    rest_.remove_prefix(digits);
    if (!rest_.empty() && rest_.front() == 'L') rest_.remove_prefix(1);  // written by Python 2
    return value;
  }
  void entry(const std::string& key) {
    if (key == "descr" && header_.descr.empty()) {
      skip_blanks();
      if (!rest_.empty() && rest_.front() == '[') {
        refuse("it has records; save each field as an array");
      }
      header_.descr = text();
      if (header_.descr.empty()) refuse("its type is empty");
    } else if (key == "fortran_order" && !header_.fortran_order) {
      header_.fortran_order = accept_word("True");
      if (!*header_.fortran_order && !accept_word("False")) {
        refuse("'fortran_order' is neither True nor False");
      }
    } else if (key == "shape" && !header_.shape) {
      header_.shape.emplace();
      expect('(');
      while (!accept(')')) {
        header_.shape->push_back(axis());
        if (accept(',')) continue;
        expect(')');
        break;
      }
    } else {
      refuse("its header has the key '" + printable(key) + "' twice, or it is not known");
    }
  }

  std::string_view rest_;
  const std::string& who_;
  NpyHeader header_;
};

struct ElementType {
  StoredType type;
  bool big_endian;
};

ElementType element_type(const std::string& descr, const std::string& who) {
  struct Known {
    std::string_view name;
    StoredType type;
  };
  constexpr std::array<Known, 13> kKnown = {{{"f4", StoredType::kF32},
                                             {"f2", StoredType::kF16},
                                             {"f8", StoredType::kF64},
                                             {"V2", StoredType::kBF16},
                                             {"i8", StoredType::kI64},
                                             {"i4", StoredType::kI32},
                                             {"i2", StoredType::kI16},
                                             {"i1", StoredType::kI8},
                                             {"u8", StoredType::kU64},
                                             {"u4", StoredType::kU32},
                                             {"u2", StoredType::kU16},
                                             {"u1", StoredType::kU8},
                                             {"b1", StoredType::kBool}}};
  const bool ordered = std::string_view("<>|=").find(descr.front()) != std::string_view::npos;
  const std::string_view name = std::string_view(descr).substr(ordered ? 1 : 0);
  for (const Known& known : kKnown) {
    if (known.name == name) return {known.type, descr.front() == '>'};
  }
  const bool object = name.starts_with("O");
  throw ModelError(
      who + ": not a NumPy array that is read: its type '" + printable(descr) + "' " +
      (object ? "is a pickle of objects, which nothing here runs" : "is no plain number") +
      "; save it as float32");
}

}  // namespace

WeightTensor read_npy(const SharedBytes& owner, std::size_t size, const std::string& name,
                      const std::string& who) {
  const auto refuse = [&](const std::string& problem) {
    throw ModelError(who + ": not a NumPy array that is read: " + problem);
  };
  const std::string_view text(reinterpret_cast<const char*>(owner.get()), size);
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (!text.starts_with(kNpyMagic)) refuse("it does not begin with \\x93NUMPY");
  if (size < 10) refuse("it is cut short");
  const unsigned version = byte(6);
  if (version < 1 || version > 3)
    refuse("version " + std::to_string(version) + "; 1 to 3 are read");
  const std::size_t front = version == 1 ? 10 : 12;
  if (size < front) refuse("it is cut short");
  std::size_t length = byte(8) | static_cast<std::size_t>(byte(9)) << 8U;
  if (version > 1) {
    length |= static_cast<std::size_t>(byte(10)) << 16U | static_cast<std::size_t>(byte(11)) << 24U;
  }
  if (length > kMaxHeader) {
    refuse("header of " + std::to_string(length) + " bytes (at most " + std::to_string(kMaxHeader) +
           ")");
  }
  if (length > size - front) refuse("it is cut short in its header");
  const NpyHeader header = HeaderParser(text.substr(front, length), who).parse();
  const ElementType element = element_type(header.descr, who);
  const std::size_t data = size - front - length;
  const std::uint64_t element_size = size_of(element.type);
  std::string problem = layout_problem(*header.shape, {}, data / element_size);
  if (!problem.empty()) refuse(problem + "; it may be cut short: copy or download it again");
  std::uint64_t count = 1;
  for (const std::int64_t axis : *header.shape) count *= static_cast<std::uint64_t>(axis);
  if (count * element_size != data) {
    refuse(std::to_string(data - count * element_size) + " bytes at its end belong to no element");
  }
  WeightTensor tensor{.name = name,
                      .type = element.type,
                      .shape = *header.shape,
                      .strides = {},
                      .bytes = {owner.get() + front + length, data},
                      .owner = owner};
  if (*header.fortran_order && tensor.shape.size() > 1) {
    tensor.strides = column_major_strides(tensor.shape);
  }
  if (element.big_endian && element_size > 1) {
    const std::shared_ptr<std::byte[]> bytes = allocate_bytes(data, who);
    std::copy(tensor.bytes.begin(), tensor.bytes.end(), bytes.get());
    swap_bytes({bytes.get(), data}, element_size);
    tensor.bytes = {bytes.get(), data};
    tensor.owner = bytes;
  }
  return tensor;
}

bool is_npz(const ZipArchive& archive) {
  return std::any_of(archive.entries().begin(), archive.entries().end(),
                     [](const ZipArchive::Entry& entry) { return entry.name.ends_with(".npy"); });
}

ReadTensors read_npz(const ZipArchive& archive) {
  ReadTensors out;
  std::size_t others = 0;
  for (const ZipArchive::Entry& entry : archive.entries()) {
    if (!entry.name.ends_with(".npy")) {
      ++others;
      continue;
    }
    const std::string name = entry.name.substr(0, entry.name.size() - 4);
    const SharedBytes bytes = archive.read(entry);
    out.tensors.push_back(read_npy(bytes, entry.size, name,
                                   archive.file() + ": entry '" + printable(entry.name) + "'"));
  }
  if (others > 0) {
    out.notes.push_back(std::to_string(others) + " entries that are no arrays were left out");
  }
  return out;
}

}  // namespace storyteller
