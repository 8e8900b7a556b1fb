#include "core/serialization/weight_tensor.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "core/serialization/safetensors.h"
#include "core/system/printable.h"

namespace storyteller {
namespace {

std::vector<std::int64_t> strides_from(std::span<const std::int64_t> shape, bool last_fastest) {
  std::vector<std::int64_t> strides(shape.size());
  std::int64_t stride = 1;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const std::size_t axis = last_fastest ? shape.size() - 1 - i : i;
    strides[axis] = stride;
    stride *= std::max<std::int64_t>(shape[axis], 1);
  }
  return strides;
}

}  // namespace

std::string type_text(const WeightTensor& tensor) {
  if (tensor.type != StoredType::kOther) return std::string(name_of(tensor.type));
  return printable(tensor.other_type, 60);
}

std::vector<std::int64_t> row_major_strides(std::span<const std::int64_t> shape) {
  return strides_from(shape, true);
}

std::vector<std::int64_t> column_major_strides(std::span<const std::int64_t> shape) {
  return strides_from(shape, false);
}

std::string layout_problem(std::span<const std::int64_t> shape,
                           std::span<const std::int64_t> strides, std::uint64_t elements) {
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max() / 8;  // bytes fit too
  if (shape.size() > kMaxAxes) return "it has more than 64 axes";
  if (!strides.empty() && strides.size() != shape.size()) return "it has no stride for each axis";
  std::int64_t count = 1;  // without the axes of length 0
  bool none = false;
  for (const std::int64_t axis : shape) {
    if (axis < 0) return "its shape has a negative axis";
    none = none || axis == 0;
    if (axis == 0) continue;
    if (count > kMax / axis) return "the product of its shape overflows";
    count *= axis;
  }
  std::int64_t last = 0;
  for (std::size_t i = 0; i < strides.size(); ++i) {
    if (strides[i] < 0) return "it has a negative stride";
    const std::int64_t steps = std::max<std::int64_t>(shape[i], 1) - 1;
    if (steps != 0 && strides[i] > (kMax - last) / steps) return "its strides overflow";
    last += steps * strides[i];
  }
  if (none) return "";
  if (strides.empty()) last = count - 1;
  if (static_cast<std::uint64_t>(last) >= elements) {
    return "its elements reach outside the " + std::to_string(elements) + " that are stored";
  }
  if (static_cast<std::uint64_t>(count) > elements) {
    return "it expands " + std::to_string(elements) + " elements to " + std::to_string(count) +
           "; save a contiguous copy";
  }
  return "";
}

void gather(const WeightTensor& tensor, std::span<std::byte> out) {
  if (out.empty()) return;
  if (tensor.strides.empty() || tensor.shape.empty()) {
    std::memcpy(out.data(), tensor.bytes.data(), out.size());
    return;
  }
  const std::uint64_t size = size_of(tensor.type);
  const std::size_t axes = tensor.shape.size();
  std::vector<std::int64_t> index(axes, 0), strides = tensor.strides;
  for (std::size_t axis = 0; axis < axes; ++axis) {
    if (tensor.shape[axis] == 1) strides[axis] = 0;  // never taken, and may be any number
  }
  std::int64_t at = 0;  // element of the storage
  for (std::size_t to = 0; to < out.size(); to += size) {
    std::memcpy(out.data() + to, tensor.bytes.data() + static_cast<std::uint64_t>(at) * size, size);
    // The next index, the last axis fastest.
    for (std::size_t axis = axes; axis-- > 0;) {
      at += strides[axis];
      if (++index[axis] < tensor.shape[axis]) break;
      at -= strides[axis] * tensor.shape[axis];
      index[axis] = 0;
    }
  }
}

void swap_bytes(std::span<std::byte> bytes, std::uint64_t element_size) {
  for (std::size_t at = 0; at + element_size <= bytes.size(); at += element_size) {
    std::reverse(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                 bytes.begin() + static_cast<std::ptrdiff_t>(at + element_size));
  }
}

}  // namespace storyteller
