// --device and doctor on machines of several devices, of none that can be used, and with full ones.
// Device 1 is the one that is used in all tests: a process makes each device ready once.
#include "core/device.h"

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.h"
#include "core/memory_pool.h"
#include "core/tensor.h"
#include "kernels/cuda/context.h"
#include "kernels/cuda/devices.h"
#include "tests/emulation/runtime/machine.h"
#include "tools/commands/command.h"
#include "tools/commands/finding.h"

#include <cuda_runtime_api.h>
#include <string>

namespace storyteller::device_test {
namespace {

using emulation::script_machine;
using testing::HasSubstr;

class DeviceChoice : public testing::Test {
 protected:
  void TearDown() override { script_machine(""); }

  static std::string refusal(const std::string& name) {
    try {
      Device::parse(name);
    } catch (const DeviceError& error) {
      return error.what();
    }
    ADD_FAILURE() << name << " was taken";
    return "";
  }
};

TEST_F(DeviceChoice, CudaAndAutoTakeTheFirstThatCanBeUsed) {
  script_machine("DEVICES=7.5,9.0");
  for (const char* name : {"cuda", "auto", "cuda:1", "GPU:1"}) {
    std::string note;
    const Device device = Device::parse(name, &note);
    ASSERT_FALSE(device.is_cpu()) << name;
    EXPECT_EQ(device.cuda_backend().context->properties().ordinal, 1) << name;
    EXPECT_EQ(device, Device::cuda(1));
    const bool named = std::string(name).find(':') != std::string::npos;
    EXPECT_EQ(note, named ? ""
                          : "cuda:1, because cuda:0: Emulated is too old: it has compute "
                            "capability 7.5, 8.0 is needed");
  }
  EXPECT_EQ(refusal("cuda:0"),
            "`device` cuda:0: Emulated is too old: it has compute capability 7.5, 8.0 is needed "
            "(`device` cpu does without a GPU)");
  EXPECT_THAT(refusal("cuda:2"), HasSubstr("this machine shows cuda:0 (Emulated), cuda:1"));
  for (const char* name : {"cuda:", "cuda:x", "cuda:-1", "cuda:1x", "tpu"}) {
    EXPECT_THROW(Device::parse(name), UsageError) << name;
  }
}

TEST_F(DeviceChoice, AutoGoesOnWithTheCpuAndSaysWhy) {
  for (const char* script : {"DEVICES=7.5", "DEVICES=8.6 KERNELS=209", "DEVICES=12.0 KERNELS=222",
                             "DRIVER=11080", "DRIVER=0", "FAIL=cudaGetDeviceCount:1:999"}) {
    script_machine(script);
    const std::string why = why_no_cuda_device();
    script_machine(script);
    std::string note;
    EXPECT_TRUE(Device::parse("auto", &note).is_cpu()) << script;
    EXPECT_EQ(note, "the CPU, because " + why);
    script_machine(script);
    EXPECT_EQ(refusal("cuda"), "`device` cuda: " + why + " (`device` cpu does without a GPU)");
  }
  script_machine("FAIL=cudaGetDeviceProperties:1");
  std::string note;
  EXPECT_TRUE(Device::parse("auto", &note).is_cpu());
  EXPECT_THAT(note, HasSubstr("the CPU, because cannot read the properties of the GPU: "));
}

TEST_F(DeviceChoice, AContextThatCannotBeMadeIsNoDevice) {
  script_machine("DEVICES=9.0,9.0,9.0 FAIL=cudaHostAlloc:1");
  EXPECT_THAT(refusal("cuda:2"), HasSubstr("cannot allocate pinned memory: out of memory"));
}

TEST_F(DeviceChoice, PoolsTakeMemoryOfTheirDeviceOnEveryThread) {
  script_machine("DEVICES=7.5,9.0");
  const Device device = Device::cuda(1);
  std::thread([&] {
    const Tensor tensor = Tensor::zeros({1000003}, DType::kFloat32, device);
    cudaPointerAttributes attributes = {};
    cudaPointerGetAttributes(&attributes, tensor.data<float>());
    EXPECT_EQ(attributes.device, 1);
  }).join();
}

TEST_F(DeviceChoice, MemoryThatIsNotThereIsAMemoryError) {
  script_machine("DEVICES=7.5,9.0");
  const Device device = Device::cuda(1);
  script_machine("DEVICES=7.5,9.0 FAIL=cudaMalloc:0");
  EXPECT_THROW(Tensor::empty({3000017}, DType::kFloat32, device), MemoryError);
  script_machine("DEVICES=7.5,9.0");
  EXPECT_EQ(Tensor::from<float>({1}, {3}, device).to_host<float>()[0], 3) << "goes on";
}

TEST_F(DeviceChoice, DoctorNamesTheDeviceAndThosePassedOver) {
  script_machine("DEVICES=7.5,9.0");
  std::string all;
  for (const Finding& finding : gpu_findings()) all += finding.what + "|" + finding.found + "\n";
  EXPECT_THAT(all, HasSubstr("gpu|Emulated (cuda:1), compute capability 9.0"));
  EXPECT_THAT(all, HasSubstr("  passed over|cuda:1, because cuda:0: Emulated is too old"));
  EXPECT_THAT(all, HasSubstr("  tested so far|on an emulated device"));
}

}  // namespace
}  // namespace storyteller::device_test
