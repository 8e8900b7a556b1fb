#pragma once

#include <functional>
#include <string>
#include <vector>

#include "bench/cuda/device_timer.h"
#include "core/tensor.h"

namespace storyteller {

/// A rate of the device as this run measures it, from which floors are made.
struct Rate {
  std::string name;  ///< e.g. "copy", "product bfloat16", "node"
  double value;
  std::string unit;  ///< GB/s, TFLOP/s, us, or 1/us
};

/// Measures what the device gives at best.
class Calibration {
 public:
  struct Setting {
    bool small = false;  ///< for the emulated device
    int warmup = 20, samples = 50;
  };
  Calibration(CudaContext& context, const Setting& setting);

  DeviceTimer& timer() { return timer_; }
  /// Of a copy of 256 MB, now: the yardstick beside every kernel.
  double copy_gb_per_s();
  /// A copy of 1 GB, copies of 4 to 64 MB that stay in the L2 cache, products of 4,096^3 and of a
  /// decoder's step in every precision, an empty node of a graph, tanh both ways.
  std::vector<Rate> rates();

 private:
  double median_us(const std::function<void()>& work, int calls);
  double copy_rate(int64_t bytes, int calls);
  template <class T>
  double product_rate(int64_t M, int64_t N, int64_t K, bool tf32);
  double tanh_rate(bool approximate);

  CudaContext& context_;
  Setting setting_;
  DeviceTimer timer_;
  Tensor from_, to_;
};

}  // namespace storyteller
