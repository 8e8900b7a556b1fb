// The bytes of device memory that every kernel touches, counted access by access (variant
// memcheck), against the least that its case in bench/cuda claims: what costs more than that is
// known, or a mistake.
#include <cstdio>
#include <string>

#include <gtest/gtest.h>

#include "bench/cuda/kernel_case.h"
#include "kernels/cuda/context.h"
#include "tests/emulation/variants/memcheck/touched_bytes.h"

namespace storyteller::bytes_test {
namespace {

constexpr double kMost = 1.1;

TEST(TouchedBytes, AreAtMostATenthMoreThanEachKernelClaims) {
  CudaContext& context = *Device::cuda().cuda_backend().context;
  context.options().own_convolutions = true;  // a library's are not counted
  int counted = 0;
  for (const KernelCase& kernel : kernel_cases(Sizes::odd(), 1 << 20)) {
    KernelArrays arrays(1);
    const auto call = kernel.prepare(arrays);
    context.synchronize();
    emulation::take_touched_bytes();
    call();
    context.synchronize();
    const emulation::TouchedBytes touched = emulation::take_touched_bytes();
    const auto bytes = static_cast<double>(touched.read + touched.written);
    if (bytes == 0 && kernel.flops > 0) continue;  // a library's product
    ++counted;
    std::printf("%-42s %-9s claims %8.0f, reads %8ld, writes %8ld: %.3f; asks %.2f times\n",
                kernel.name.c_str(), name_of(kernel.dtype), kernel.bytes,
                static_cast<long>(touched.read), static_cast<long>(touched.written),
                bytes / kernel.bytes, static_cast<double>(touched.asked) / kernel.bytes);
    EXPECT_LE(bytes, kMost * kernel.bytes) << kernel.name << ", " << name_of(kernel.dtype);
    EXPECT_GE(kMost * bytes, kernel.bytes)
        << kernel.name << ", " << name_of(kernel.dtype) << ": claims more than it touches";
  }
  EXPECT_GT(counted, 70);
}

}  // namespace
}  // namespace storyteller::bytes_test
