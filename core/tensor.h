#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <type_traits>
#include <vector>

#include "core/device.h"
#include "core/dtype.h"
#include "core/error.h"
#include "kernels/backend.h"

namespace storyteller {

/// Up to four sizes, outermost first. The empty shape is a scalar.
class Shape {
 public:
  static constexpr int kMaxRank = 4;

  Shape() = default;
  Shape(std::initializer_list<int64_t> sizes);
  explicit Shape(const std::vector<int64_t>& sizes);

  int rank() const { return rank_; }
  int64_t operator[](int axis) const { return sizes_[axis]; }
  int64_t elements() const;
  /// Elements of one row, i.e. of everything behind axis 0; 1 for a scalar.
  int64_t row_elements() const;
  Shape with_rows(int64_t rows) const;
  std::string to_string() const;  ///< e.g. "(64, 49, 1280)"
  bool operator==(const Shape&) const = default;

 private:
  int rank_ = 0;
  std::array<int64_t, kMaxRank> sizes_ = {};
};

/// A contiguous, row-major array on a device, reference-counted. Copying a Tensor shares the
/// elements. The only views are ranges of rows (axis 0) and reshapes; a transposition is a flag of
/// the GEMM. A default-constructed Tensor is empty: it has no elements and no device memory.
class Tensor {
 public:
  Tensor() = default;
  Tensor(const Tensor& other);
  Tensor(Tensor&& other) noexcept;
  Tensor& operator=(Tensor other) noexcept;
  ~Tensor();

  /// Elements are NOT initialised. Memory comes from the device's pool.
  static Tensor empty(Shape shape, DType dtype, Device device);
  static Tensor zeros(Shape shape, DType dtype, Device device);
  /// An array of `values.size()` elements copied from the host.
  template <class T>
  static Tensor from(Shape shape, const std::vector<T>& values, Device device = Device::cpu()) {
    Tensor tensor = empty(shape, dtype_of<T>(), device);
    if (shape.elements() != static_cast<int64_t>(values.size())) {
      throw InternalError("Tensor::from: shape " + shape.to_string() + " wants " +
                          std::to_string(shape.elements()) + " values, got " +
                          std::to_string(values.size()));
    }
    tensor.copy_from_host(values.data());
    return tensor;
  }

  explicit operator bool() const { return storage_ != nullptr; }
  const Shape& shape() const { return shape_; }
  int64_t size(int axis) const { return shape_[axis]; }
  int64_t rows() const { return shape_.rank() == 0 ? 1 : shape_[0]; }
  int64_t elements() const { return shape_.elements(); }
  size_t bytes() const { return static_cast<size_t>(elements()) * size_of(dtype_); }
  DType dtype() const { return dtype_; }
  const Device& device() const { return device_; }

  /// Pointer to the first element; T must be the dtype (checked). Null for an empty Tensor.
  template <class T>
  T* data() const {
    if (storage_ == nullptr) return nullptr;
    if (dtype_of<std::remove_const_t<T>>() != dtype_)
      wrong_type(dtype_of<std::remove_const_t<T>>());
    return static_cast<T*>(static_cast<void*>(base_));
  }
  void* raw() const { return base_; }

  /// Rows [begin, begin + count): shares the elements.
  Tensor row_range(int64_t begin, int64_t count) const;
  /// The same elements in another shape of equal size.
  Tensor reshaped(Shape shape) const;

  // On a GPU these take their turn on its stream; those that read back wait for it, the others
  // return at once, and a source on the host may then be changed.
  void fill_zero() const;
  void copy_from(const Tensor& source) const;  ///< same shape and dtype; devices may differ
  void copy_from_host(const void* source) const;
  void copy_to_host(void* destination) const;
  template <class T>
  std::vector<T> to_host() const {
    std::vector<T> values(static_cast<size_t>(elements()));
    if (dtype_of<T>() != dtype_) wrong_type(dtype_of<T>());
    copy_to_host(values.data());
    return values;
  }

 private:
  struct Storage;
  [[noreturn]] void wrong_type(DType wanted) const;

  Storage* storage_ = nullptr;
  std::byte* base_ = nullptr;
  Shape shape_;
  DType dtype_ = DType::kFloat32;
  Device device_ = Device::cpu();
};

/// The one element of a float32 or float64 tensor, read without taking memory.
double to_host_scalar(const Tensor& tensor);

/// The elements of a float32, float64 or bfloat16 tensor as float.
std::vector<float> to_host_float(const Tensor& tensor);

}  // namespace storyteller
