#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/tensor.h"
#include "tests/op_case.h"

namespace storyteller {

/// The arrays of one call of a kernel, filled in a way that depends on the key alone.
class KernelArrays {
 public:
  explicit KernelArrays(uint64_t key) : key_(key) {}

  /// n elements in [low, high).
  template <class T>
  T* in(int64_t n, float low = -1, float high = 1) {
    // A pattern of prime length: drawing 10^8 numbers would take longer than all measurements.
    constexpr int64_t kPattern = 65537;
    const Array drawn =
        random_array(philox_key(key_, tensors_.size(), 0), std::min(n, kPattern), low, high);
    std::vector<T> values(static_cast<size_t>(n));
    for (int64_t i = 0; i < n; ++i) {
      values[static_cast<size_t>(i)] =
          T(static_cast<float>(drawn[static_cast<size_t>(i % kPattern)]));
    }
    return keep<T>(Tensor::from({n}, values, Device::cuda()));
  }
  /// n zeros, to be written or added to.
  template <class T>
  T* out(int64_t n) {
    return keep<T>(Tensor::zeros({n}, dtype_of<T>(), Device::cuda()));
  }
  int32_t* integers(const std::vector<int32_t>& values) {
    const auto n = static_cast<int64_t>(values.size());
    return keep<int32_t>(Tensor::from({n}, values, Device::cuda()));
  }
  /// n integers in [0, below).
  int32_t* drawn_integers(int64_t n, int64_t below) {
    std::vector<int32_t> values;
    for (int64_t i = 0; i < n; ++i) {
      const auto drawn = philox(key_, 1, static_cast<uint64_t>(i))[0];
      values.push_back(static_cast<int32_t>(drawn % static_cast<uint64_t>(below)));
    }
    return integers(values);
  }
  /// 0, step, 2 step, ... last, in host memory.
  const int64_t* host_range(int64_t last, int64_t step) {
    ranges_.push_back(std::make_unique<std::vector<int64_t>>());
    for (int64_t i = 0; i <= last; i += step) ranges_.back()->push_back(i);
    return ranges_.back()->data();
  }

  const std::vector<Tensor>& tensors() const { return tensors_; }

 private:
  template <class T>
  T* keep(Tensor tensor) {
    tensors_.push_back(std::move(tensor));
    return static_cast<T*>(tensors_.back().raw());
  }

  uint64_t key_;
  std::vector<Tensor> tensors_;
  std::vector<std::unique_ptr<std::vector<int64_t>>> ranges_;
};

/// A kernel at one size.
struct KernelCase {
  std::string name;
  DType dtype;
  /// The least that a call moves to and from device memory: every input once, every output once,
  /// what is accumulated twice.
  double bytes;
  /// Floor on an H200 that was worked out beforehand (4.3 TB/s of copies as measured, 4.2 T/s of
  /// tanh assumed), in bfloat16; 0: none was.
  double h200_floor_us;
  /// Fills the arrays and returns the call, which works on the device's stream.
  std::function<std::function<void()>(KernelArrays&)> prepare;
};

/// All of them, at the sizes of real work or small ones; flat buffers have `most` elements at most.
std::vector<KernelCase> kernel_cases(const Sizes& size, int64_t most);

}  // namespace storyteller
