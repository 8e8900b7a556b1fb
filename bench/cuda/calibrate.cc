#include "bench/cuda/calibrate.h"

#include <algorithm>
#include <string>

#include "bench/cuda/calibration.h"
#include "bench/cuda/order_statistics.h"
#include "kernels/gemm.h"

namespace storyteller {
namespace {

constexpr int64_t kMegabyte = 1'000'000;

}  // namespace

Calibration::Calibration(CudaContext& context, const Setting& setting)
    : context_(context), setting_(setting), timer_(context) {
  const int64_t bytes = setting.small ? 4096 : 1024 * kMegabyte;
  from_ = Tensor::zeros({bytes / 4}, DType::kFloat32, Device::cuda());
  to_ = Tensor::zeros({bytes / 4}, DType::kFloat32, Device::cuda());
}

/// Of one of `calls` calls in a graph.
double Calibration::median_us(const std::function<void()>& work, int calls) {
  const auto times = timer_.times(
      [&] {
        for (int i = 0; i < calls; ++i) work();
      },
      setting_.warmup, setting_.samples);
  return median_interval(times).median / calls;
}

double Calibration::copy_rate(int64_t bytes, int calls) {
  const auto copied = static_cast<size_t>(std::min<int64_t>(bytes, 4 * from_.elements()));
  const double us = median_us([&] { context_.copy(to_.raw(), from_.raw(), copied); }, calls);
  return 2e-3 * static_cast<double>(copied) / us;
}

double Calibration::copy_gb_per_s() {
  constexpr int kSamples = 7;
  const Setting kept = setting_;
  setting_.samples = std::min(setting_.samples, kSamples);
  setting_.warmup = std::min(setting_.warmup, 1);
  const double rate = copy_rate(256 * kMegabyte, 1);
  setting_ = kept;
  return rate;
}

template <class T>
double Calibration::product_rate(int64_t M, int64_t N, int64_t K, bool tf32) {
  if (setting_.small) M = N = K = 16;
  const Device device = Device::cuda();
  const Tensor a = Tensor::zeros({M, K}, dtype_of<T>(), device);
  const Tensor b = Tensor::zeros({K, N}, dtype_of<T>(), device);
  const Tensor c = Tensor::zeros({M, N}, dtype_of<T>(), device);
  const bool before = context_.options().tf32;
  context_.options().tf32 = tf32;
  const Gemm<T> p{.a = a.data<T>(), .b = b.data<T>(), .c = c.data<T>(), .M = M, .N = N, .K = K};
  const double us = median_us([&] { gemm(device.cuda_backend(), p); }, M < 256 ? 20 : 1);
  context_.options().tf32 = before;
  return 2e-6 * static_cast<double>(M) * static_cast<double>(N) * static_cast<double>(K) / us;
}

double Calibration::tanh_rate(bool approximate) {
  const int64_t n = setting_.small ? 256 : 1 << 22;
  const int times = setting_.small ? 2 : 256;
  const Tensor x = Tensor::zeros({n}, DType::kFloat32, Device::cuda());
  const TanhChain p{.x = x.data<float>(), .n = n, .times = times, .approximate = approximate};
  return static_cast<double>(n) * times /
         median_us([&] { tanh_chain(Device::cuda().cuda_backend(), p); }, 1);
}

std::vector<Rate> Calibration::rates() {
  std::vector<Rate> rates = {{"copy", copy_rate(1024 * kMegabyte, 1), "GB/s"}};
  for (const int64_t megabytes : {4, 8, 16, 32, 64}) {
    rates.push_back({"cached copy of " + std::to_string(megabytes) + " MB",
                     copy_rate(megabytes * kMegabyte / 2, 20), "GB/s"});
  }
  struct Size {
    const char* name;
    int64_t M, N, K;
  };
  for (const Size& s : {Size{"", 4096, 4096, 4096}, Size{" of 64 rows", 64, 2048, 1792}}) {
    const std::string name = std::string("product") + s.name + " ";
    rates.push_back({name + "float32", product_rate<float>(s.M, s.N, s.K, false), "TFLOP/s"});
    rates.push_back({name + "tf32", product_rate<float>(s.M, s.N, s.K, true), "TFLOP/s"});
    rates.push_back({name + "bfloat16", product_rate<bfloat16>(s.M, s.N, s.K, false), "TFLOP/s"});
  }
  const Cuda backend = Device::cuda().cuda_backend();
  rates.push_back({"node", median_us([&] { launch_nothing(backend); }, 100), "us"});
  rates.push_back({"tanh float32", tanh_rate(false), "1/us"});
  rates.push_back({"tanh bfloat16", tanh_rate(true), "1/us"});
  return rates;
}

}  // namespace storyteller
