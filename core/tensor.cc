#include "core/tensor.h"

#include <atomic>
#include <cstring>
#include <new>
#include <utility>

#include "core/cuda_built.h"
#include "core/memory_pool.h"
#include "kernels/cuda/context.h"
#include "kernels/source_op.h"

namespace storyteller {

Shape::Shape(std::initializer_list<int64_t> sizes) {
  if (sizes.size() > kMaxRank) throw InternalError("Shape: at most four axes");
  for (int64_t size : sizes) sizes_[rank_++] = size;
}

Shape::Shape(const std::vector<int64_t>& sizes) {
  if (sizes.size() > kMaxRank) throw InternalError("Shape: at most four axes");
  for (int64_t size : sizes) sizes_[rank_++] = size;
}

int64_t Shape::elements() const {
  int64_t product = 1;
  for (int axis = 0; axis < rank_; ++axis) product *= sizes_[axis];
  return product;
}

int64_t Shape::row_elements() const {
  int64_t product = 1;
  for (int axis = 1; axis < rank_; ++axis) product *= sizes_[axis];
  return product;
}

Shape Shape::with_rows(int64_t rows) const {
  Shape shape = *this;
  shape.sizes_[0] = rows;
  if (rank_ == 0) shape.rank_ = 1;
  return shape;
}

std::string Shape::to_string() const {
  std::string text = "(";
  for (int axis = 0; axis < rank_; ++axis) {
    if (axis > 0) text += ", ";
    text += std::to_string(sizes_[axis]);
  }
  return text + ")";
}

// The header lies on the host, in a block of the host's pool: in front of the elements where those
// are on the host too, else by itself.
struct Tensor::Storage {
  std::atomic<int> references;
  MemoryPool* pool;  // of the elements
  void* block;
  size_t bytes;
};

namespace {

constexpr size_t kHeaderBytes = 64;

MemoryPool& host_pool() { return Device::cpu().pool(); }

/// Bytes from anywhere to anywhere; on a GPU in the order of its stream.
void copy_bytes(const Device& to_device, void* to, const Device& from_device, const void* from,
                size_t bytes) {
  if (bytes == 0) return;
  if constexpr (kCudaBuilt) {
    if (!to_device.is_cpu()) {
      CudaContext& context = *to_device.cuda_backend().context;
      return from_device.is_cpu() ? context.upload(to, from, bytes) : context.copy(to, from, bytes);
    }
    if (!from_device.is_cpu()) {
      return from_device.cuda_backend().context->download(to, from, bytes);
    }
  }
  std::memcpy(to, from, bytes);
}

}  // namespace

Tensor Tensor::empty(Shape shape, DType dtype, Device device) {
  Tensor tensor;
  tensor.shape_ = shape;
  tensor.dtype_ = dtype;
  tensor.device_ = device;
  static_assert(sizeof(Storage) <= kHeaderBytes);
  MemoryPool& pool = device.pool();
  if (device.is_cpu()) {
    const size_t bytes = kHeaderBytes + tensor.bytes();
    void* block = pool.allocate(bytes);
    tensor.storage_ = new (block) Storage{{1}, &pool, block, bytes};
    tensor.base_ = static_cast<std::byte*>(block) + kHeaderBytes;
  } else {
    tensor.storage_ =
        new (host_pool().allocate(kHeaderBytes)) Storage{{1}, &pool, nullptr, tensor.bytes()};
    tensor.storage_->block = pool.allocate(tensor.bytes());
    tensor.base_ = static_cast<std::byte*>(tensor.storage_->block);
  }
  return tensor;
}

Tensor Tensor::zeros(Shape shape, DType dtype, Device device) {
  Tensor tensor = empty(shape, dtype, device);
  tensor.fill_zero();
  return tensor;
}

Tensor::Tensor(const Tensor& other)
    : storage_(other.storage_),
      base_(other.base_),
      shape_(other.shape_),
      dtype_(other.dtype_),
      device_(other.device_) {
  if (storage_ != nullptr) storage_->references.fetch_add(1, std::memory_order_relaxed);
}

Tensor::Tensor(Tensor&& other) noexcept
    : storage_(std::exchange(other.storage_, nullptr)),
      base_(std::exchange(other.base_, nullptr)),
      shape_(other.shape_),
      dtype_(other.dtype_),
      device_(other.device_) {}

Tensor& Tensor::operator=(Tensor other) noexcept {
  std::swap(storage_, other.storage_);
  std::swap(base_, other.base_);
  std::swap(shape_, other.shape_);
  std::swap(dtype_, other.dtype_);
  std::swap(device_, other.device_);
  return *this;
}

Tensor::~Tensor() {
  if (storage_ == nullptr) return;
  if (storage_->references.fetch_sub(1, std::memory_order_acq_rel) > 1) return;
  MemoryPool* pool = storage_->pool;
  void* block = storage_->block;
  const size_t bytes = storage_->bytes;
  storage_->~Storage();
  if (block != storage_) host_pool().release(storage_, kHeaderBytes);
  // What was queued on a GPU's stream may still use the block; so will its next owner, behind that.
  pool->release(block, bytes);
}

Tensor Tensor::row_range(int64_t begin, int64_t count) const {
  if (begin < 0 || count < 0 || begin + count > rows()) {
    throw InternalError("Tensor::row_range: rows [" + std::to_string(begin) + ", " +
                        std::to_string(begin + count) + ") of " + shape_.to_string());
  }
  Tensor view = *this;
  view.shape_ = shape_.with_rows(count);
  view.base_ += static_cast<size_t>(begin * shape_.row_elements()) * size_of(dtype_);
  return view;
}

Tensor Tensor::reshaped(Shape shape) const {
  if (shape.elements() != elements()) {
    throw InternalError("Tensor::reshaped: " + shape_.to_string() + " to " + shape.to_string());
  }
  Tensor view = *this;
  view.shape_ = shape;
  return view;
}

void Tensor::fill_zero() const {
  if (bytes() == 0) return;
  if constexpr (kCudaBuilt) {
    if (!device_.is_cpu()) return device_.cuda_backend().context->fill_zero(base_, bytes());
  }
  std::memset(base_, 0, bytes());
}

void Tensor::copy_from(const Tensor& source) const {
  if (source.shape_ != shape_ || source.dtype_ != dtype_) {
    throw InternalError("Tensor::copy_from: " + source.shape_.to_string() + " " +
                        name_of(source.dtype_) + " into " + shape_.to_string() + " " +
                        name_of(dtype_));
  }
  copy_bytes(device_, base_, source.device_, source.base_, bytes());
}

void Tensor::copy_from_host(const void* source) const {
  copy_bytes(device_, base_, Device::cpu(), source, bytes());
}

void Tensor::copy_to_host(void* destination) const {
  copy_bytes(Device::cpu(), destination, device_, base_, bytes());
}

void Tensor::wrong_type(DType wanted) const {
  throw InternalError(std::string("Tensor: ") + name_of(wanted) + " elements asked of a " +
                      name_of(dtype_) + " tensor of shape " + shape_.to_string());
}

double to_host_scalar(const Tensor& tensor) {
  const SourceOp source("to_host_scalar");
  if (tensor.elements() != 1) {
    throw InternalError("to_host_scalar: of a tensor of shape " + tensor.shape().to_string());
  }
  if (tensor.dtype() == DType::kFloat64) {
    double value = 0;
    tensor.copy_to_host(&value);
    return value;
  }
  if (tensor.dtype() != DType::kFloat32) {
    throw InternalError(std::string("to_host_scalar: of ") + name_of(tensor.dtype()));
  }
  float value = 0;
  tensor.copy_to_host(&value);
  return value;
}

std::vector<float> to_host_float(const Tensor& tensor) {
  if (tensor.dtype() == DType::kFloat32) return tensor.to_host<float>();
  if (tensor.dtype() == DType::kBFloat16) {
    std::vector<float> values;
    values.reserve(static_cast<size_t>(tensor.elements()));
    for (const bfloat16 value : tensor.to_host<bfloat16>()) {
      values.push_back(static_cast<float>(value));
    }
    return values;
  }
  const std::vector<double> values = tensor.to_host<double>();
  return {values.begin(), values.end()};
}

}  // namespace storyteller
