// The main of cuda_test: says why nothing is tested where there is no GPU.
#include <iostream>
#include <string>

#include <gtest/gtest.h>

#include "kernels/cuda/context.h"
#include "kernels/cuda/devices.h"

int main(int argc, char** argv) {
  constexpr int kSkipped = 77;  // as ctest is told
  testing::InitGoogleTest(&argc, argv);
  const std::string reason = storyteller::why_no_cuda_device();
  if (!reason.empty() && !testing::GTEST_FLAG(list_tests)) {
    std::cout << "skipped, nothing was tested: " << reason << '\n';
    return kSkipped;
  }
  return RUN_ALL_TESTS();
}
