// Training where the device's memory runs out.
#include <sstream>

#include <gtest/gtest.h>
#include <string>

#include "core/memory_pool.h"
#include "kernels/cuda/capture.h"
#include "kernels/cuda/error.h"
#include "kernels/source_op.h"
#include "tests/emulation/runtime/memory_limit.h"
#include "tests/temporary_folder.h"
#include "tests/train/tiny_training.h"
#include "tools/cli/exit_code.h"

namespace storyteller::memory_test {
namespace {

/// Captions of 2 to 18 words, so that batches have all shapes.
std::vector<std::vector<std::string>> growing_captions() {
  std::vector<std::vector<std::string>> captions;
  for (size_t i = 0; i < 24; ++i) {
    std::string caption = "x" + std::to_string(i);
    for (size_t w = 0; w < 1 + i * 16 / 23; ++w) caption += " w" + std::to_string((i + w) % 20);
    captions.push_back({caption});
  }
  return captions;
}

TrainOptions options() {
  TrainOptions options;
  options.batch_size = 3;
  options.epochs = 4;
  options.average_decay = 0.9;
  return options;
}

std::vector<double> losses(const TinyTraining& training, const std::filesystem::path& folder,
                           int steps) {
  const auto run = training.start(options(), folder, {}, Device::cuda());
  std::vector<double> losses;
  for (int i = 0; i < steps; ++i) losses.push_back(run->trainer->train_step());
  return losses;
}

class DeviceMemory : public testing::Test {
 protected:
  ~DeviceMemory() override {
    emulation::fail_allocations_from(0);
    emulation::limit_memory(size_t{8} << 30);
    EXPECT_EQ(emulation::wrong_frees(), 0);
  }
};

TEST_F(DeviceMemory, AFifthMoreThanIsInUseAtMostIsEnough) {
  constexpr int kSteps = 16;
  const TemporaryFolder folder;
  const TinyTraining training("mobilenet_v2", growing_captions(), folder.path());
  MemoryPool& pool = Device::cuda().pool();
  const auto wanted = losses(training, folder / "free", kSteps);
  const size_t peak = pool.most_bytes_in_use();
  EXPECT_GT(pool.bytes_from_system(), peak * 5 / 4) << "the test shows nothing";
  pool.give_back();
  emulation::limit_memory(peak * 6 / 5);
  EXPECT_EQ(losses(training, folder / "bounded", kSteps), wanted);
}

/// Every `stride`-th allocation of a step, up to the hundredth, fails with all behind it.
void expect_one_exit_status(int64_t stride) {
  const TemporaryFolder folder;
  const TinyTraining training("mobilenet_v2", TinyDataset::varied_captions(3), folder.path());
  MemoryPool& pool = Device::cuda().pool();
  const auto wanted = losses(training, folder / "run", 1);
  pool.give_back();
  const int64_t before = emulation::allocations();  // what the context keeps is there by now
  EXPECT_EQ(losses(training, folder / "run", 1), wanted);
  const int64_t all = emulation::allocations() - before;
  EXPECT_GE(all, 60);
  for (int64_t n = 1; n <= std::min<int64_t>(all, 100); n += stride) {
    pool.give_back();
    emulation::fail_allocations_from(n);
    std::ostringstream said;
    const int status = run_reported(
        [&] {
          losses(training, folder / "run", 1);
          return 0;
        },
        said);
    emulation::fail_allocations_from(0);
    ASSERT_EQ(status, 7) << "allocation " << n << ": " << said.str();
    ASSERT_NE(said.str().find("out of the GPU's memory"), std::string::npos) << said.str();
  }
  EXPECT_EQ(losses(training, folder / "run", 1), wanted) << "goes on";
}

TEST_F(DeviceMemory, HasOneExitStatusWhicheverAllocationFails) { expect_one_exit_status(9); }

using DeviceMemorySlow = DeviceMemory;
TEST_F(DeviceMemorySlow, HasOneExitStatusWhicheverAllocationFails) { expect_one_exit_status(1); }

TEST_F(DeviceMemory, ScratchThatFailsIsAMemoryErrorAndNamesNothingThatWasFreed) {
  CudaContext& context = *Device::cuda().cuda_backend().context;
  MemoryPool& pool = Device::cuda().pool();
  const size_t small = 1 << 20, large = 64 << 20;
  context.scratch(small);
  pool.give_back();
  emulation::fail_allocations_from(1);
  EXPECT_THROW(context.scratch(large), MemoryError);
  EXPECT_THROW(context.scratch(large), MemoryError) << "once more";
  emulation::fail_allocations_from(0);
  void* scratch = context.scratch(small);
  ASSERT_NE(scratch, nullptr);
  context.fill_zero(scratch, small);
  context.synchronize();
  EXPECT_EQ(pool.bytes_from_system(), pool.bytes_in_use());
}

TEST_F(DeviceMemory, OfAContextByItselfFailsTheSameWay) {
  CudaContext context;
  const size_t held = 1 << 20;
  context.scratch(held);
  emulation::fail_allocations_from(1);
  std::ostringstream said;
  const auto status = [&] {
    return run_reported(
        [&] {
          context.scratch(16 * held);
          return 0;
        },
        said);
  };
  EXPECT_EQ(status(), 7) << said.str();
  EXPECT_EQ(status(), 7) << said.str();
}

TEST_F(DeviceMemory, NothingIsTakenSentOrAwaitedInsideACapturedStep) {
  CudaContext& context = *Device::cuda().cuda_backend().context;
  const Tensor x = Tensor::from<float>({4}, {1, 2, 3, 4}, Device::cuda());
  void* scratch = context.scratch(1000);
  float host[4] = {};
  const auto message = [](const std::function<void()>& call) -> std::string {
    try {
      call();
    } catch (const CudaError& error) {
      return error.what();
    }
    return "nothing";
  };
  {
    const CudaCapture capture(context);
    EXPECT_EQ(message([&] { context.upload(x.raw(), host, 16); }),
              "an upload of 16 bytes inside a captured step");
    EXPECT_EQ(message([&] { context.download(host, x.raw(), 16); }),
              "a download of 16 bytes inside a captured step");
    EXPECT_EQ(message([&] { context.synchronize(); }), "a wait for the GPU inside a captured step");
    EXPECT_EQ(message([&] {
                const SourceOp op("attention_step");
                Tensor::empty({300 << 20}, DType::kFloat32, Device::cuda());
              }),
              "attention_step: an allocation of 1342177280 bytes inside a captured step");
    EXPECT_EQ(message([&] { context.scratch(256 << 20); }),
              "scratch that grows to 268435456 bytes inside a captured step");
    EXPECT_EQ(context.scratch(1000), scratch) << "what is there may be used";
    context.fill_zero(x.raw(), 16);
  }
  EXPECT_EQ(x.to_host<float>()[3], 4) << "what was captured was dropped";
}

}  // namespace
}  // namespace storyteller::memory_test
