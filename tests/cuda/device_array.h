#pragma once

#include <cmath>
#include <cstdint>
#include <type_traits>
#include <vector>

#include <gtest/gtest.h>

#include "kernels/backend.h"
#include "kernels/cpu/context.h"
#include "kernels/cuda/context.h"
#include "kernels/philox.h"

// What a test of a CUDA kernel needs. The same tests run against the emulated device and, where
// there is one, against a real GPU.
namespace storyteller {

/// The CUDA backend of a test; made at first use.
inline Cuda test_cuda() {
  static CudaContext context;
  return Cuda{&context};
}

/// The CPU backend that computes the reference in double.
inline Cpu reference_cpu() {
  static CpuContext context;
  return Cpu{&context};
}

/// `n` numbers uniform in [low, high), the same for the same `key`.
inline std::vector<double> uniform(uint64_t key, int64_t n, double low = -1, double high = 1) {
  std::vector<double> values(static_cast<size_t>(n));
  for (int64_t i = 0; i < n; ++i) {
    const auto bits = philox(key, 1, static_cast<uint64_t>(i))[0];
    values[static_cast<size_t>(i)] = low + (high - low) * static_cast<double>(uniform01(bits));
  }
  return values;
}

/// The values as T stores them, so that kernel and reference read the same numbers.
template <class T>
std::vector<double> rounded(std::vector<double> values) {
  for (double& value : values) {
    value = static_cast<double>(static_cast<float>(T(static_cast<float>(value))));
  }
  return values;
}

/// An array in device memory with nothing before and behind it; freed at the end of the scope.
template <class T>
class DeviceArray {
 public:
  /// Not initialised: NaN bytes.
  explicit DeviceArray(int64_t n) : n_(n) {
    data_ = static_cast<T*>(test_cuda().context->allocate(bytes()));
  }
  /// Converts the values to T.
  template <class S>
  explicit DeviceArray(const std::vector<S>& values)
      : DeviceArray(static_cast<int64_t>(values.size())) {
    std::vector<T> host(values.size());
    for (size_t i = 0; i < values.size(); ++i) host[i] = convert(values[i]);
    test_cuda().context->upload(data_, host.data(), bytes());
  }
  ~DeviceArray() {
    test_cuda().context->synchronize();
    test_cuda().context->release(data_);
  }
  DeviceArray(const DeviceArray&) = delete;
  DeviceArray& operator=(const DeviceArray&) = delete;

  T* data() const { return data_; }
  int64_t size() const { return n_; }

  /// Waits for the stream.
  std::vector<T> raw() const {
    std::vector<T> host(static_cast<size_t>(n_));
    test_cuda().context->download(host.data(), data_, bytes());
    return host;
  }
  std::vector<double> values() const {
    std::vector<double> values;
    for (const T& x : raw()) {
      if constexpr (std::is_same_v<T, bfloat16>) {
        values.push_back(static_cast<double>(static_cast<float>(x)));
      } else {
        values.push_back(static_cast<double>(x));
      }
    }
    return values;
  }

 private:
  size_t bytes() const { return static_cast<size_t>(n_) * sizeof(T); }
  template <class S>
  static T convert(S value) {
    if constexpr (std::is_same_v<T, bfloat16>) {
      return T(static_cast<float>(value));
    } else {
      return static_cast<T>(value);
    }
  }

  int64_t n_;
  T* data_ = nullptr;
};

/// Each element within `tolerance` of the wanted one, relative to it or to the array's root mean
/// square, whichever is greater.
inline void expect_close(const std::vector<double>& got, const std::vector<double>& wanted,
                         double tolerance, const char* what) {
  ASSERT_EQ(got.size(), wanted.size()) << what;
  double squares = 0;
  for (double x : wanted) squares += std::isfinite(x) ? x * x : 0;
  const double scale = std::sqrt(squares / static_cast<double>(std::max<size_t>(1, wanted.size())));
  for (size_t i = 0; i < got.size(); ++i) {
    const double allowed = tolerance * std::max(scale, std::abs(wanted[i]));
    ASSERT_TRUE(got[i] == wanted[i] || std::abs(got[i] - wanted[i]) <= allowed)
        << what << "[" << i << "] of " << got.size() << ": got " << got[i] << ", wanted "
        << wanted[i];
  }
}

/// Relative tolerance for a kernel that stores T: a few roundings.
template <class T>
constexpr double tolerance_of() {
  return std::is_same_v<T, bfloat16> ? 2e-2 : 2e-5;
}

using StorageTypes = testing::Types<float, bfloat16>;

}  // namespace storyteller
