#include "core/serialization/tensors.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/error.h"
#include "core/serialization/finite.h"
#include "core/serialization/stored_convert.h"

namespace storyteller {
namespace {

std::vector<int64_t> sizes_of(const Shape& shape) {
  std::vector<int64_t> sizes;
  sizes.reserve(Shape::kMaxRank);
  for (int axis = 0; axis < shape.rank(); ++axis) sizes.push_back(shape[axis]);
  return sizes;
}

}  // namespace

void add_tensor(SafetensorsWriter& writer, const std::string& name, const Tensor& tensor,
                StoredType narrow) {
  const bool in_double = tensor.dtype() == DType::kFloat64;
  if (!in_double && tensor.dtype() != DType::kFloat32) {
    throw InternalError("add_tensor: '" + name + "' is " + name_of(tensor.dtype()));
  }
  if (narrow != StoredType::kF32) {
    const std::vector<float> values = to_host_float(tensor);
    require_in_range("tensor '" + name + "'", values, narrow);
    writer.add_rounded(name, narrow, sizes_of(tensor.shape()), values.data());
    return;
  }
  const StoredType type = in_double ? StoredType::kF64 : StoredType::kF32;
  if (tensor.device().is_cpu()) {
    writer.add(name, type, sizes_of(tensor.shape()), tensor.raw());
  } else {
    std::vector<std::byte> bytes(tensor.bytes());
    tensor.copy_to_host(bytes.data());
    writer.add(name, type, sizes_of(tensor.shape()), std::move(bytes));
  }
}

void take_tensor(const SafetensorsFile& file, const std::string& name, const Tensor& tensor) {
  file.require_shape(name, sizes_of(tensor.shape()));
  const auto count = static_cast<size_t>(tensor.elements());
  const std::string who = tensor_in(file.file(), name);
  if (tensor.dtype() == DType::kFloat64) {
    std::vector<double> values(count);
    file.read_double(name, values);
    if (!std::all_of(values.begin(), values.end(), [](double x) { return std::isfinite(x); })) {
      throw ModelError(who + " holds values that are not finite; use another copy of the file");
    }
    tensor.copy_from_host(values.data());
  } else if (tensor.dtype() == DType::kFloat32 && tensor.device().is_cpu()) {
    file.read_float(name, {tensor.data<float>(), count});
    require_finite(who, {tensor.data<float>(), count});
  } else if (tensor.dtype() == DType::kFloat32) {
    std::vector<float> values(count);
    file.read_float(name, values);
    require_finite(who, values);
    tensor.copy_from_host(values.data());
  } else {
    throw InternalError("take_tensor: '" + name + "' is " + name_of(tensor.dtype()));
  }
}

}  // namespace storyteller
