// A warm training step takes nothing from the system, and memory does not grow. The global operator
// new of this executable counts while a test asks it to.
#include <dlfcn.h>
#include <execinfo.h>
#include <gtest/gtest.h>
#include <omp.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <new>
#include <thread>

#include "core/memory_pool.h"
#include "core/system/threads.h"
#include "tests/sanitizers.h"
#include "tests/temporary_folder.h"
#include "tests/train/tiny_training.h"

namespace storyteller::memory_test {
namespace {

std::atomic<bool> counting{false};
std::atomic<int> allocations{0};
std::array<void*, 24> first_frames;
std::atomic<int> first_depth{0};
std::thread::id training_thread;

bool in_library(void* address, const char* name) {
  Dl_info info{};
  return dladdr(address, &info) != 0 && info.dli_fname != nullptr &&
         std::strstr(info.dli_fname, name) != nullptr;
}

/// Counts an allocation of ours: one whose first caller outside libstdc++ is neither oneDNN nor the
/// OpenMP runtime, on the thread that trains or on one that works for it. (Threads that decode
/// pictures ahead make each picture anew.)
[[maybe_unused, gnu::noinline]] void note_allocation() {
  static thread_local bool inside = false;
  if (inside) return;
  if (std::this_thread::get_id() != training_thread && omp_in_parallel() == 0) return;
  inside = true;
  std::array<void*, 24> frames{};
  const int depth = backtrace(frames.data(), static_cast<int>(frames.size()));
  int caller = 2;  // behind this function and operator new
  while (caller + 1 < depth && in_library(frames[caller], "libstdc++")) ++caller;
  if (!in_library(frames[caller], "libdnnl") && !in_library(frames[caller], "libgomp") &&
      allocations.fetch_add(1) == 0) {
    first_frames = frames;
    first_depth = depth;
  }
  inside = false;
}

/// Counts within its life.
class AllocationCount {
 public:
  AllocationCount() {
    std::array<void*, 4> frames{};
    backtrace(frames.data(), 4);  // its first call allocates
    training_thread = std::this_thread::get_id();
    allocations = 0;
    counting = true;
  }
  ~AllocationCount() { counting = false; }
  AllocationCount(const AllocationCount&) = delete;
  AllocationCount& operator=(const AllocationCount&) = delete;

  int count() const { return allocations; }
  /// Stops counting; where the first allocation came from, for addr2line.
  std::string first() {
    counting = false;
    std::string text;
    char** symbols = backtrace_symbols(first_frames.data(), first_depth);
    for (int i = 0; i < first_depth; ++i) text += std::string("\n  ") + symbols[i];
    std::free(symbols);
    return text;
  }
};

size_t resident_bytes() {
  std::ifstream in("/proc/self/statm");
  size_t pages = 0, resident = 0;
  in >> pages >> resident;
  return resident * static_cast<size_t>(::sysconf(_SC_PAGESIZE));
}

TrainOptions small_options(int batch) {
  TrainOptions options;
  options.epochs = 1'000'000;
  options.batch_size = batch;
  options.learning_rate = 0.001;
  options.average_decay = 0.9;
  options.optimizer.clip_norm = 1;
  return options;
}

/// Pictures of one caption each, all of five words: every batch has the shapes of every other.
std::vector<std::vector<std::string>> even_captions(size_t images) {
  auto captions = TinyDataset::varied_captions(images);
  for (size_t i = 0; i < images; ++i)
    captions[i] = {"a dog number x" + std::to_string(i) + " runs"};
  return captions;
}

/// Steps of one epoch while none is the first or last of an epoch.
void expect_no_allocation(const TinyTraining& training, const TrainOptions& options,
                          const std::filesystem::path& folder, int64_t steps) {
  const auto run = training.start(options, folder);
  Trainer& trainer = *run->trainer;
  const MemoryPool& pool = Device::cpu().pool();
  for (int64_t i = 0; i < trainer.steps_per_epoch() + 3; ++i) trainer.train_step();
  ASSERT_LE(3 + steps, trainer.steps_per_epoch());
  const size_t blocks = pool.system_allocations();
  AllocationCount count;
  for (int64_t i = 0; i < steps; ++i) trainer.train_step();
  EXPECT_EQ(count.count(), 0) << "in " << steps << " steps; the first:" << count.first();
  EXPECT_EQ(pool.system_allocations(), blocks);
  EXPECT_EQ(trainer.state().skipped, 0);
}

class TrainingMemory : public testing::Test {
 protected:
  void SetUp() override {
    if (is_sanitized()) GTEST_SKIP() << "AddressSanitizer keeps operator new and memory for itself";
  }
};

TEST_F(TrainingMemory, OperatorNewIsCounted) {
  AllocationCount count;
  auto* volatile number = new int(1);
  delete number;
  EXPECT_EQ(count.count(), 1);
  std::vector<int> numbers(100);
  std::string text(100, 'x');  // through libstdc++
  EXPECT_EQ(count.count(), 3) << numbers.size() << text.size();
}

TEST_F(TrainingMemory, AWarmStepWithCachedFeaturesTakesNothingFromTheSystem) {
  set_threads(2);
  const TemporaryFolder folder;
  for (const OptimizerKind kind : {OptimizerKind::kAdam, OptimizerKind::kSgd}) {
    TinyTraining training("mobilenet_v2", even_captions(80), folder.path());
    TrainOptions options = small_options(4);
    options.optimizer.kind = kind;
    options.label_smoothing = 0.1;
    options.word_dropout = 0.1;
    expect_no_allocation(training, options, folder / "run", 15);
  }
}

TEST_F(TrainingMemory, AWarmStepOfADeepOutputAndMlpStateTakesNothingFromTheSystem) {
  set_threads(2);
  const TemporaryFolder folder;
  TinyTraining training("mobilenet_v2", even_captions(40), folder.path());
  training.model().decoder.output = OutputLayer::kDeep;
  training.model().decoder.initial_state = InitialState::kMlp;
  training.model().decoder.gate = ContextGate::kScalar;
  expect_no_allocation(training, small_options(4), folder / "run", 6);
}

TEST_F(TrainingMemory, AWarmStepOfDistillationTakesNothingFromTheSystem) {
  set_threads(2);
  const TemporaryFolder folder;
  TinyTraining training("mobilenet_v2", even_captions(40), folder.path());
  training.teachers() = 2;
  TrainOptions options = small_options(4);
  options.objectives = "cross_entropy:0.3,distillation:0.7";
  expect_no_allocation(training, options, folder / "run", 6);
}

TEST_F(TrainingMemory, AWarmStepOfAnEncoderThatLearnsTakesNothingFromTheSystem) {
  set_threads(2);
  const TemporaryFolder folder;
  const TinyTraining training("scene_cnn", even_captions(40), folder.path());
  TrainOptions options = small_options(4);
  options.loader_threads = 1;
  expect_no_allocation(training, options, folder / "run", 6);
}

constexpr size_t kMebibyte = size_t{1} << 20U;

TEST_F(TrainingMemory, DoesNotGrowOverAThousandSteps) {
  set_threads(2);
  const TemporaryFolder folder;
  const TinyTraining training("mobilenet_v2", even_captions(40), folder.path());
  const auto run = training.start(small_options(4), folder / "run");
  for (int i = 0; i < 100; ++i) run->trainer->train_step();
  const MemoryPool& pool = Device::cpu().pool();
  const size_t from_system = pool.bytes_from_system(), in_use = pool.bytes_in_use();
  const size_t resident = resident_bytes();
  for (int i = 0; i < 1000; ++i) run->trainer->train_step();  // a hundred epochs
  EXPECT_EQ(pool.bytes_from_system(), from_system);
  EXPECT_EQ(pool.bytes_in_use(), in_use);
  EXPECT_LT(resident_bytes(), resident + kMebibyte / 2);
}

/// A size that had not occurred may still come; something lost at each step would be far more.
void expect_settles(const TinyTraining& training, const TrainOptions& options,
                    const std::filesystem::path& folder, int steps = 1000) {
  const auto run = training.start(options, folder);
  for (int i = 0; i < 3 * steps / 10; ++i) run->trainer->train_step();
  const MemoryPool& pool = Device::cpu().pool();
  const size_t from_system = pool.bytes_from_system(), resident = resident_bytes();
  for (int i = 0; i < steps; ++i) run->trainer->train_step();
  EXPECT_LT(pool.bytes_from_system(), from_system + 2 * kMebibyte);
  EXPECT_LT(resident_bytes(), resident + 4 * kMebibyte);
}

TEST_F(TrainingMemory, SettlesWhenBatchesDifferInLength) {
  set_threads(2);
  const TemporaryFolder folder;
  const TinyTraining training("mobilenet_v2", TinyDataset::varied_captions(20), folder.path());
  expect_settles(training, small_options(4), folder / "run");
}

TEST_F(TrainingMemory, SettlesWhenTheModelLearnsFromItsSamples) {
  set_threads(2);
  const TemporaryFolder folder;
  TinyTraining training("mobilenet_v2", TinyDataset::varied_captions(20), folder.path());
  training.teachers() = 1;
  TrainOptions options = small_options(4);
  options.max_words = 8;
  options.self_critical = {.epochs = options.epochs, .samples = 2, .loss = SequenceLoss::kProximal};
  expect_settles(training, options, folder / "run", 200);  // steps that take five times as long
}

}  // namespace

}  // namespace storyteller::memory_test

#ifndef __SANITIZE_ADDRESS__
namespace memory_test = storyteller::memory_test;

// Not in a namespace: they replace those of the standard library (C++20, [replacement.functions]).
// Not inlined, or the compiler warns of new without delete.
[[gnu::noinline]] void* operator new(std::size_t size) {
  if (memory_test::counting.load(std::memory_order_relaxed)) memory_test::note_allocation();
  if (void* block = std::malloc(size == 0 ? 1 : size)) return block;
  throw std::bad_alloc();
}
[[gnu::noinline]] void* operator new(std::size_t size, std::align_val_t alignment) {
  if (memory_test::counting.load(std::memory_order_relaxed)) memory_test::note_allocation();
  const auto unit = static_cast<std::size_t>(alignment);
  if (void* block = std::aligned_alloc(unit, (size + unit - 1) / unit * unit)) return block;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* block) noexcept { std::free(block); }
[[gnu::noinline]] void operator delete(void* block, std::size_t) noexcept { std::free(block); }
[[gnu::noinline]] void operator delete(void* block, std::align_val_t) noexcept { std::free(block); }
[[gnu::noinline]] void operator delete(void* block, std::size_t, std::align_val_t) noexcept {
  std::free(block);
}
#endif
