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
  /// Zeros for kernels that store float16 or read their names.
  float16* halves(int64_t n) {
    return keep<float16>(Tensor::zeros({n}, DType::kFloat16, Device::cuda()));
  }
  uint64_t* row_keys(int64_t n) {
    return keep<uint64_t>(Tensor::zeros({n}, DType::kInt64, Device::cuda()));
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

/// What a call cannot do with less of; the device's rates make a floor of it.
struct LeastWork {
  int64_t elements = 0;  ///< of the storage type, to and from memory: every input once, every
                         ///< output once, what is accumulated twice
  int64_t words = 0;     ///< of four bytes, the same
  double flops = 0;      ///< of matrix products
  double tanhs = 0;
};

/// A kernel at one size.
struct KernelCase {
  std::string name;
  DType dtype;
  /// The bytes of LeastWork: the claim that tests hold the kernel to.
  double bytes;
  double flops = 0, tanhs = 0;
  /// Fills the arrays and returns the call, which works on the device's stream.
  std::function<std::function<void()>(KernelArrays&)> prepare;
};

/// The CUDA backend of the cases.
inline Cuda case_backend() { return Device::cuda().cuda_backend(); }

/// A case for the storage type T.
template <class T>
KernelCase make_case(const std::string& name, const LeastWork& least,
                     std::function<std::function<void()>(KernelArrays&)> prepare) {
  const double bytes =
      static_cast<double>(least.elements) * sizeof(T) + 4.0 * static_cast<double>(least.words);
  return {name, dtype_of<T>(), bytes, least.flops, least.tanhs, std::move(prepare)};
}

inline std::string with(const std::string& name, const std::string& letter, int64_t size) {
  return name + " " + letter + std::to_string(size);
}

/// All of them, at the sizes of real work or small ones; flat buffers have `most` elements at most.
std::vector<KernelCase> kernel_cases(const Sizes& size, int64_t most);

// Their parts: of the decoder's loop, of that of some kinds of decoders, of words and their losses,
// of flat buffers, of pictures, and the products of a training step.
std::vector<KernelCase> loop_cases(const Sizes& size);
std::vector<KernelCase> decoder_kind_cases(const Sizes& size);
std::vector<KernelCase> word_cases(const Sizes& size);
std::vector<KernelCase> flat_cases(const Sizes& size, int64_t most);
std::vector<KernelCase> picture_cases(const Sizes& size);
std::vector<KernelCase> product_cases(const Sizes& size);

}  // namespace storyteller
