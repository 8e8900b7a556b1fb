// Which device is taken, on machines that the emulator's runtime shows, and what is said of the
// rest.
#include "kernels/cuda/devices.h"

#include <thread>

#include <cuda_runtime_api.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

#include "kernels/bfloat16.h"
#include "kernels/cast.h"
#include "kernels/cuda/context.h"
#include "kernels/cuda/error.h"
#include "tests/emulation/runtime/machine.h"

namespace storyteller::devices_test {
namespace {

using emulation::script_machine;
using testing::HasSubstr;

constexpr const char* kBuildForIt =
    "configure with -DCMAKE_CUDA_ARCHITECTURES=native on this machine and build again";

class CudaDevices : public testing::Test {
 protected:
  void TearDown() override {
    script_machine("");
    cudaSetDevice(0);
  }

  /// Why none is taken on such a machine.
  static std::string none(const std::string& script) {
    script_machine(script);
    const CudaChoice choice = choose_cuda_device();
    EXPECT_EQ(choice.ordinal, -1) << script;
    EXPECT_EQ(why_no_cuda_device(), choice.why);
    return choice.why;
  }
};

TEST_F(CudaDevices, TheUsualMachineHasOne) {
  script_machine("");
  const CudaChoice choice = choose_cuda_device();
  EXPECT_EQ(choice.ordinal, 0);
  EXPECT_EQ(choice.why, "");
  EXPECT_EQ(CudaContext().properties().ordinal, 0);
}

TEST_F(CudaDevices, NoDriverAnOldOneAndNoDevice) {
  EXPECT_EQ(none("DRIVER=0"), "no NVIDIA driver was found");
  EXPECT_THAT(none("DRIVER=11080"),
              testing::MatchesRegex("the NVIDIA driver is too old: it runs CUDA 11\\.8, this "
                                    "program was built with 1[0-9]\\.[0-9]; install a newer "
                                    "driver"));
  EXPECT_EQ(none("DEVICES="), "no NVIDIA GPU was found (CUDA_VISIBLE_DEVICES may hide it)");
  EXPECT_THROW(CudaContext(), CudaError);
}

TEST_F(CudaDevices, AnOldDeviceIsPassedOver) {
  script_machine("DEVICES=7.5,9.0");
  const CudaChoice choice = choose_cuda_device();
  EXPECT_EQ(choice.ordinal, 1);
  EXPECT_EQ(choice.why,
            "cuda:0: Emulated is too old: it has compute capability 7.5, 8.0 is needed");
  const CudaContext context;
  EXPECT_EQ(context.properties().ordinal, 1);
  EXPECT_EQ(context.properties().major, 9);
  EXPECT_EQ(none("DEVICES=7.5"),
            "Emulated is too old: it has compute capability 7.5, 8.0 is needed");
}

TEST_F(CudaDevices, NoMachineCodeForTheDevice) {
  EXPECT_EQ(none("DEVICES=12.0 KERNELS=209"),
            std::string("this program holds no machine code for Emulated (compute capability 12.0; "
                        "it was built for 80-real 90-real): ") +
                kBuildForIt);
}

TEST_F(CudaDevices, PtxThatTheDriverCannotCompile) {
  const std::string begin =
      "this program holds no machine code for Emulated (compute capability 12.0; it was built for "
      "80-real 90-real), and ";
  EXPECT_THAT(none("DEVICES=12.0 KERNELS=222"),
              testing::AllOf(HasSubstr(begin + "the driver, which is of CUDA "),
                             HasSubstr(" cannot compile the PTX of CUDA "),
                             HasSubstr(": install a newer driver, or "), HasSubstr(kBuildForIt)));
  EXPECT_EQ(none("DEVICES=12.0 KERNELS=221"),
            begin +
                "the driver's compiler of PTX (libnvidia-ptxjitcompiler) is missing: install "
                "the whole driver, or " +
                kBuildForIt);
  EXPECT_EQ(none("DEVICES=12.0 KERNELS=223"),
            begin + "CUDA_DISABLE_PTX_JIT forbids to compile its PTX: unset it, or " + kBuildForIt);
}

TEST_F(CudaDevices, AFullDeviceAndATakenOne) {
  script_machine("DEVICES=8.0,8.9 KERNELS=2,0");
  EXPECT_EQ(choose_cuda_device().ordinal, 1);
  EXPECT_EQ(
      none("DEVICES=8.0,8.9,9.0 KERNELS=2,46,719"),
      "none of 3 GPUs can be used: cuda:0: Emulated has no memory left; see nvidia-smi for what "
      "holds it; cuda:1: Emulated is taken by another process that shares it with nobody; "
      "cuda:2: Emulated cannot be used: unspecified launch failure: the kernels are told not "
      "to load (cudaErrorLaunchFailure)");
  EXPECT_EQ(none("FAIL=cudaSetDevice:0:46"),
            "Emulated is taken by another process that shares it with nobody");
}

TEST_F(CudaDevices, OneIsChosenByItsNumber) {
  script_machine("DEVICES=9.0,7.5,8.6");
  EXPECT_EQ(choose_cuda_device(2).ordinal, 2);
  EXPECT_EQ(CudaContext(2).properties().minor, 6);
  EXPECT_THAT(choose_cuda_device(1).why, HasSubstr("too old"));
  EXPECT_EQ(choose_cuda_device(3).why,
            "there is no such GPU: this machine shows cuda:0 (Emulated), cuda:1 (Emulated), cuda:2 "
            "(Emulated)");
  EXPECT_THROW(CudaContext(1), CudaError);
}

/// float -> bfloat16 -> the host, on the device of `context`.
std::vector<bfloat16> rounded_on(CudaContext* context, const std::vector<float>& values) {
  auto* x = static_cast<float*>(context->allocate(values.size() * sizeof(float)));
  auto* y = static_cast<bfloat16*>(context->allocate(values.size() * sizeof(bfloat16)));
  context->upload(x, values.data(), values.size() * sizeof(float));
  cast(Cuda{context}, Cast<float, bfloat16>{.x = x, .y = y, .n = 3});
  std::vector<bfloat16> result(values.size());
  context->download(result.data(), y, values.size() * sizeof(bfloat16));
  context->release(x);
  context->release(y);
  return result;
}

// The runtime refuses a launch on a stream of another device than the thread's.
TEST_F(CudaDevices, AnyThreadComputesOnTheContextsDevice) {
  script_machine("DEVICES=9.0,8.0");
  CudaContext first(0), second(1);
  const std::vector<float> values = {1, -2, 0.5};
  for (CudaContext* context : {&second, &first, &second}) {
    EXPECT_EQ(static_cast<float>(rounded_on(context, values)[1]), -2);
  }
  std::thread([&] { EXPECT_EQ(static_cast<float>(rounded_on(&second, values)[2]), 0.5); }).join();
  std::thread([&] {
    EXPECT_EQ(emulation::current_device(), 0);
    second.libraries();
    EXPECT_EQ(emulation::current_device(), 1);
    first.synchronize();
    EXPECT_EQ(emulation::current_device(), 0);
    second.fill_zero(second.scratch(16), 16);
    cudaPointerAttributes attributes = {};
    cudaPointerGetAttributes(&attributes, second.scratch(16));
    EXPECT_EQ(attributes.device, 1);
  }).join();
}

TEST_F(CudaDevices, WhatFailsAtTheStartThrows) {
  for (const char* call :
       {"cudaHostAlloc", "cudaEventCreateWithFlags", "cudaStreamCreateWithFlags"}) {
    script_machine(std::string("FAIL=") + call + ":1");
    EXPECT_THROW(CudaContext(), CudaError) << call;
    EXPECT_NO_THROW(CudaContext()) << call;
  }
}

TEST(EmulatedMachine, RefusesScriptsThatItDoesNotKnow) {
  for (const char* script : {"DEVICE=9.0", "DEVICES=9", "FAIL=cudaMalloc", "DRIVER=new"}) {
    EXPECT_THROW(script_machine(script), std::invalid_argument) << script;
  }
  script_machine("");
}

}  // namespace
}  // namespace storyteller::devices_test
