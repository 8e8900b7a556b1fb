#include "core/serialization/safetensors_header.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

#include "core/error.h"
#include "core/serialization/weight_tensor.h"
#include "core/system/printable.h"

namespace storyteller {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kMetadataKey = "__metadata__";

std::string in_quotes(std::string_view name) { return "'" + printable(name) + "'"; }

/// Events of the JSON parser against the one nesting that the format allows:
///   { "__metadata__": {key: string, ...}, name: {"dtype": ..., "shape": [...], ...}, ... }
/// No document is built, so a hostile header costs no more than what it says; a depth of 100,000
/// brackets ends at the third.
class HeaderHandler final : public Json::json_sax_t {
 public:
  explicit HeaderHandler(SafetensorsHeader& header) : header_(header) {}
  const std::string& problem() const { return problem_; }

  bool start_object(std::size_t /*elements*/) override {
    if (place_ == Place::kOutside) return enter(Place::kFile);
    if (place_ != Place::kFile) return unexpected("an object");
    if (key_ == kMetadataKey) return enter(Place::kMetadata);
    header_.tensors.emplace_back().name = key_;
    seen_dtype_ = seen_shape_ = seen_offsets_ = false;
    return enter(Place::kTensor);
  }

  bool end_object() override {
    if (place_ == Place::kTensor) {
      if (!seen_dtype_) return refuse(tensor() + " has no \"dtype\"");
      if (!seen_shape_) return refuse(tensor() + " has no \"shape\"");
      if (!seen_offsets_) return refuse(tensor() + " has no \"data_offsets\"");
    }
    place_ = place_ == Place::kFile ? Place::kDone : Place::kFile;
    return true;
  }

  bool key(std::string& key) override {
    key_ = key;
    switch (place_) {
      case Place::kFile:
        return names_.insert(key).second || duplicate();
      case Place::kMetadata:
        return header_.metadata.emplace(key, "").second || duplicate();
      default:
        break;
    }
    if (key == "dtype") return !std::exchange(seen_dtype_, true) || duplicate();
    if (key == "shape") return !std::exchange(seen_shape_, true) || duplicate();
    if (key == "data_offsets") return !std::exchange(seen_offsets_, true) || duplicate();
    return refuse(tensor() + " has an unknown key " + in_quotes(key));
  }

  bool string(std::string& value) override {
    if (place_ == Place::kMetadata) {
      header_.metadata[key_] = value;
      return true;
    }
    if (place_ != Place::kTensor || key_ != "dtype") return unexpected("a string");
    StoredTensor& tensor = header_.tensors.back();
    tensor.type = stored_type(value);
    if (tensor.type == StoredType::kOther) tensor.other_type = value;
    return true;
  }

  bool start_array(std::size_t /*elements*/) override {
    if (place_ != Place::kTensor || key_ == "dtype") return unexpected("an array");
    offsets_.clear();
    return enter(key_ == "shape" ? Place::kShape : Place::kOffsets);
  }

  bool end_array() override {
    if (place_ == Place::kOffsets) {
      if (offsets_.size() != 2) return refuse(tensor() + ": data_offsets must be two numbers");
      header_.tensors.back().begin = offsets_[0];
      header_.tensors.back().end = offsets_[1];
    }
    place_ = Place::kTensor;
    return true;
  }

  bool number_unsigned(number_unsigned_t value) override {
    if (place_ == Place::kOffsets) {
      if (offsets_.size() == 2) return refuse(tensor() + ": data_offsets must be two numbers");
      offsets_.push_back(value);
      return true;
    }
    if (place_ != Place::kShape) return unexpected("a number");
    std::vector<std::int64_t>& shape = header_.tensors.back().shape;
    if (shape.size() == kMaxAxes) return refuse(tensor() + " has more than 64 axes");
    if (value > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) {
      return refuse(tensor() + " has an axis of " + std::to_string(value));
    }
    shape.push_back(static_cast<std::int64_t>(value));
    return true;
  }

  bool number_integer(number_integer_t /*v*/) override { return unexpected("a negative number"); }
  bool number_float(number_float_t /*value*/, const string_t& /*text*/) override {
    return unexpected("a number that is not a whole number below 2^64");
  }
  bool null() override { return unexpected("null"); }
  bool boolean(bool /*value*/) override { return unexpected("true or false"); }
  bool binary(binary_t& /*value*/) override { return unexpected("binary"); }
  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const Json::exception& /*error*/) override {
    return refuse("header is not valid JSON at byte " + std::to_string(position));
  }

 private:
  enum class Place { kOutside, kFile, kMetadata, kTensor, kShape, kOffsets, kDone };

  std::string tensor() const { return "tensor " + in_quotes(header_.tensors.back().name); }
  bool enter(Place place) {
    place_ = place;
    return true;
  }
  bool refuse(std::string problem) {
    if (problem_.empty()) problem_ = std::move(problem);
    return false;
  }
  bool duplicate() { return refuse("key " + in_quotes(key_) + " appears twice in the header"); }
  bool unexpected(const char* found) {
    const bool inside = place_ != Place::kOutside && place_ != Place::kDone;
    return refuse(std::string("header has ") + found + " where the format allows none" +
                  (inside ? ", at key " + in_quotes(key_) : ""));
  }

  SafetensorsHeader& header_;
  Place place_ = Place::kOutside;
  std::string key_;
  std::set<std::string> names_;
  std::vector<std::uint64_t> offsets_;
  bool seen_dtype_ = false;
  bool seen_shape_ = false;
  bool seen_offsets_ = false;
  std::string problem_;
};

/// Bytes that type and shape ask for, elements for kOther; nothing where they exceed 2^63 - 1. A
/// zero axis makes any other axes harmless only if their product does not overflow either: readers
/// multiply in any order.
std::optional<std::uint64_t> bytes_of(const StoredTensor& tensor) {
  constexpr std::uint64_t kMax = std::numeric_limits<std::int64_t>::max();
  std::uint64_t nonzero = std::max<std::uint64_t>(size_of(tensor.type), 1);
  bool empty = false;
  for (const std::int64_t axis : tensor.shape) {
    const auto length = static_cast<std::uint64_t>(axis);
    empty = empty || length == 0;
    if (length == 0) continue;
    if (nonzero > kMax / length) return std::nullopt;
    nonzero *= length;
  }
  return empty ? 0 : nonzero;
}

std::string range_of(const StoredTensor& tensor) {
  return "bytes " + std::to_string(tensor.begin) + " to " + std::to_string(tensor.end);
}

/// Nothing wrong: "". Each tensor on its own, then all of them end to end.
std::string find_problem(const std::vector<StoredTensor>& tensors, std::uint64_t data_bytes) {
  std::vector<const StoredTensor*> in_order;
  in_order.reserve(tensors.size());
  for (const StoredTensor& tensor : tensors) {
    const std::string who = "tensor " + in_quotes(tensor.name);
    const auto bytes = bytes_of(tensor);
    if (!bytes) return who + ": the product of its shape overflows";
    if (tensor.begin > tensor.end)
      return who + ": ends before it begins (" + range_of(tensor) + ")";
    if (tensor.end > data_bytes) {
      return who + ": " + range_of(tensor) + " lie outside the " + std::to_string(data_bytes) +
             " bytes of data; the file may be cut short: copy or download it again";
    }
    if (tensor.type == StoredType::kOther && *bytes / 8 > tensor.end - tensor.begin) {
      return who + ": " + range_of(tensor) + " do not have a bit for each of " +
             std::to_string(*bytes) + " elements";
    }
    if (tensor.type != StoredType::kOther && tensor.end - tensor.begin != *bytes) {
      return who + ": " + range_of(tensor) + " do not match its type and shape (" +
             std::to_string(*bytes) + " bytes)";
    }
    in_order.push_back(&tensor);
  }
  std::sort(in_order.begin(), in_order.end(), [](const StoredTensor* a, const StoredTensor* b) {
    return std::pair(a->begin, a->end) < std::pair(b->begin, b->end);
  });
  std::uint64_t covered = 0;
  for (const StoredTensor* tensor : in_order) {
    const std::string who = "tensor " + in_quotes(tensor->name) + " (" + range_of(*tensor) + ")";
    if (tensor->begin < covered) return who + " overlaps another tensor";
    if (tensor->begin > covered)
      return who + ": a hole before it, from byte " + std::to_string(covered);
    covered = tensor->end;
  }
  if (covered == data_bytes) return "";
  return std::to_string(data_bytes - covered) + " bytes at its end belong to no tensor";
}

}  // namespace

SafetensorsHeader parse_safetensors_header(std::string_view json, std::uint64_t data_bytes,
                                           const std::string& file) {
  const auto refuse = [&](const std::string& problem) {
    throw ModelError(file + ": not a valid safetensors file: " + problem);
  };
  if (json.empty() || json.front() != '{') refuse("header does not begin with '{'");
  // The JSON library takes a zero byte for the end of the text: what follows would go unseen.
  if (json.find('\0') != std::string_view::npos) refuse("header has a zero byte");
  SafetensorsHeader header;
  HeaderHandler handler(header);
  if (!Json::sax_parse(json.begin(), json.end(), &handler)) refuse(handler.problem());
  const std::string problem = find_problem(header.tensors, data_bytes);
  if (!problem.empty()) refuse(problem);
  std::sort(header.tensors.begin(), header.tensors.end(),
            [](const StoredTensor& a, const StoredTensor& b) { return a.name < b.name; });
  return header;
}

}  // namespace storyteller
