// --device: what is said and returned where there is no GPU; where there is one, that it is taken.
#include <gtest/gtest.h>

#include "core/cuda_built.h"
#include "core/device.h"
#include "tests/tools/commands/command_test.h"

namespace storyteller::device_test {
namespace {

class DeviceOption : public CommandTest {
 protected:
  void SetUp() override {
    std::string note;
    has_gpu_ = !Device::parse("auto", &note).is_cpu();
    reason_ = note.substr(note.find("because ") + (has_gpu_ ? 0 : 8));
  }
  bool has_gpu_ = false;
  std::string reason_;
};

TEST_F(DeviceOption, CudaWithoutAGpuIsADeviceError) {
  if (has_gpu_) GTEST_SKIP() << "this machine has a GPU";
  expect_error(caption({"--device", "cuda", scene()}), 8,
               {"--device cuda: " + reason_, "--device cpu"});
  const std::string run = folder_ / "run";
  expect_error(run_storyteller({"train", "--data", "scenes:train=4,val=2,test=2", "--out", run,
                                "--device", "cuda"}),
               8, {reason_});
  EXPECT_FALSE(std::filesystem::exists(run)) << "nothing was begun";
}

TEST_F(DeviceOption, AutoGoesOnWithTheCpu) {
  if (has_gpu_) GTEST_SKIP() << "this machine has a GPU";
  const Ended ended = caption({"--device", "auto", scene()});
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(ended.out, std::string(kSentence).append("\n"));
  // Who asks is told; who does not ask gets the sentence alone.
  EXPECT_EQ(ended.err, kCudaBuilt ? "device: the CPU, because " + reason_ + "\n" : "");
  EXPECT_EQ(caption({scene()}).err, "");
}

TEST_F(DeviceOption, AutoSaysWhyWhereCudaIsBuilt) {
  if (has_gpu_ || !kCudaBuilt) GTEST_SKIP() << "needs the CUDA backend and no GPU";
  const Ended ended =
      run_storyteller({"evaluate", "--model", model(), "--data", "scenes:train=1,val=2,test=1"});
  EXPECT_EQ(ended.code, 0);
  EXPECT_NE(ended.err.find("device: the CPU, because " + reason_), std::string::npos) << ended.err;
}

TEST_F(DeviceOption, BFloat16NeedsAGpu) {
  expect_error(run_storyteller({"train", "--data", "scenes:train=4,val=2,test=2", "--out",
                                folder_ / "run", "--device", "cpu", "--set", "precision=bfloat16"}),
               2, {"bfloat16", "precision=float32"});
}

TEST_F(DeviceOption, CudaCaptionsAsTheCpuDoes) {
  if (!has_gpu_) GTEST_SKIP() << "no GPU: " << reason_;
  const Ended ended = caption({"--device", "cuda", scene()});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(ended.out, std::string(kSentence).append("\n"));
}

}  // namespace
}  // namespace storyteller::device_test
