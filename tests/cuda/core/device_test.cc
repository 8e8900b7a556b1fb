#include "core/device.h"

#include <gtest/gtest.h>
#include <string>

#include "core/error.h"
#include "core/tensor.h"
#include "kernels/cuda/context.h"
#include "kernels/cuda/devices.h"

namespace storyteller::device_test {
namespace {

TEST(CudaDevice, IsTakenByNameAndByAuto) {
  const Device cuda = Device::cuda();
  EXPECT_FALSE(cuda.is_cpu());
  EXPECT_STREQ(cuda.name(), "cuda");
  std::string note;
  EXPECT_EQ(Device::parse("cuda"), cuda);
  EXPECT_EQ(Device::parse("auto", &note), cuda);
  EXPECT_EQ(note, "");
  EXPECT_EQ(Device::parse("cpu"), Device::cpu());
  EXPECT_FALSE(cuda == Device::cpu());
  EXPECT_GE(cuda.cuda_backend().context->properties().major, 8);
}

TEST(CudaDevice, SaysWhenItsMemoryIsFull) {
  constexpr int64_t kTooMuch = int64_t{1} << 42;
  try {
    Tensor::empty({kTooMuch}, DType::kFloat32, Device::cuda());
    FAIL() << "no error";
  } catch (const MemoryError& error) {
    EXPECT_NE(std::string(error.what()).find("out of the GPU's memory"), std::string::npos)
        << error.what();
  }
  EXPECT_EQ(Tensor::from<float>({1}, {3}, Device::cuda()).to_host<float>()[0], 3) << "goes on";
}

}  // namespace
}  // namespace storyteller::device_test
