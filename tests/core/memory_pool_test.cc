#include "core/memory_pool.h"

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <map>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/error.h"

namespace storyteller::memory_pool_test {
namespace {

TEST(MemoryPool, ClassesAreFourToAPowerOfTwoAndWasteLittle) {
  EXPECT_EQ(MemoryPool::class_size(1), 64U);
  EXPECT_EQ(MemoryPool::class_size(64), 64U);
  EXPECT_EQ(MemoryPool::class_size(65), 128U);
  EXPECT_EQ(MemoryPool::class_size(257), 320U);
  EXPECT_EQ(MemoryPool::class_size(1025), 1280U);
  EXPECT_EQ(MemoryPool::class_size(1 << 20), size_t{1} << 20);
  std::set<size_t> between;
  for (size_t bytes = (1 << 12) + 1; bytes <= 1 << 13; ++bytes) {
    between.insert(MemoryPool::class_size(bytes));
  }
  EXPECT_EQ(between, (std::set<size_t>{5120, 6144, 7168, 8192}));
  for (size_t bytes = 1; bytes < 100000; bytes += 7) {
    const size_t size = MemoryPool::class_size(bytes);
    EXPECT_GE(size, bytes);
    EXPECT_EQ(size % 64, 0U);
    EXPECT_LT(size, bytes + bytes / 4 + 64) << bytes;
    EXPECT_EQ(MemoryPool::class_size(size), size);
  }
}

TEST(MemoryPool, BlocksAreAlignedAndDoNotOverlap) {
  MemoryPool pool(MemoryPool::host());
  std::vector<std::pair<unsigned char*, size_t>> blocks;
  for (size_t i = 0; i < 300; ++i) {
    const size_t bytes = 1 + i * 37 % 900;
    auto* block = static_cast<unsigned char*>(pool.allocate(bytes));
    EXPECT_EQ(reinterpret_cast<uintptr_t>(block) % 64, 0U);
    std::memset(block, static_cast<int>(i % 251), bytes);
    blocks.emplace_back(block, bytes);
  }
  for (size_t i = 0; i < blocks.size(); ++i) {
    for (size_t j = 0; j < blocks[i].second; ++j) ASSERT_EQ(blocks[i].first[j], i % 251);
    pool.release(blocks[i].first, blocks[i].second);
  }
  EXPECT_EQ(pool.bytes_in_use(), 0U);
}

TEST(MemoryPool, TheLowestFreeAddressOfAClassComesFirst) {
  MemoryPool pool(MemoryPool::host());
  std::set<void*> blocks;
  for (int i = 0; i < 20; ++i) blocks.insert(pool.allocate(200));
  std::vector<void*> shuffled(blocks.begin(), blocks.end());
  for (size_t i = 0; i < shuffled.size(); ++i) {
    std::swap(shuffled[i], shuffled[i * 7 % shuffled.size()]);
  }
  for (void* block : shuffled) pool.release(block, 200);
  for (void* lowest : blocks) EXPECT_EQ(pool.allocate(199), lowest);  // of the same class
  for (void* block : blocks) pool.release(block, 200);
}

TEST(MemoryPool, EqualRequestsGetEqualAddressesAndNothingNew) {
  MemoryPool pool(MemoryPool::host());
  const auto step = [&] {
    std::vector<std::pair<void*, size_t>> held;
    std::vector<void*> addresses;
    for (size_t i = 0; i < 200; ++i) {
      const size_t bytes = 64 + i * i * 31 % 5000;
      held.emplace_back(pool.allocate(bytes), bytes);
      addresses.push_back(held.back().first);
      if (i % 3 == 2) {
        const size_t at = i * 13 % held.size();
        pool.release(held[at].first, held[at].second);
        held.erase(held.begin() + static_cast<std::ptrdiff_t>(at));
      }
    }
    for (const auto& [block, bytes] : held) pool.release(block, bytes);
    return addresses;
  };
  step();  // takes what it needs from the system
  const size_t taken = pool.system_allocations(), bytes = pool.bytes_from_system();
  const std::vector<void*> warm = step();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(step(), warm);
  EXPECT_EQ(pool.system_allocations(), taken);
  EXPECT_EQ(pool.bytes_from_system(), bytes);
}

TEST(MemoryPool, ManyBlocksOfOneClassCostWhatTheyHold) {
  MemoryPool pool(MemoryPool::host());
  std::vector<void*> blocks;
  for (int i = 0; i < 20000; ++i) blocks.push_back(pool.allocate(64));
  EXPECT_EQ(pool.bytes_from_system(), 20000U * 64);
  for (void* block : blocks) pool.release(block, 64);
  EXPECT_EQ(pool.bytes_in_use(), 0U);
}

TEST(MemoryPool, NewMemoryIsNotANumber) {
  MemoryPool pool(MemoryPool::host());
  const auto* block = static_cast<const float*>(pool.allocate(400));
  for (int i = 0; i < 100; ++i) EXPECT_NE(block[i], block[i]);
}

TEST(MemoryPool, NoBytesNoBlock) {
  MemoryPool pool(MemoryPool::host());
  EXPECT_EQ(pool.allocate(0), nullptr);
  pool.release(nullptr, 0);
  EXPECT_EQ(pool.system_allocations(), 0U);
}

TEST(MemoryPool, OutOfMemorySaysHowMuch) {
  MemoryPool pool({.allocate = [](size_t) -> void* { return nullptr; }, .release = std::free});
  try {
    pool.allocate(1000);
    FAIL() << "no error";
  } catch (const MemoryError& error) {
    const std::string message = error.what();
    EXPECT_NE(message.find("1024 bytes"), std::string::npos) << message;
    EXPECT_NE(message.find("0 are held"), std::string::npos) << message;
  }
  EXPECT_EQ(pool.bytes_in_use(), 0U);
}

/// A system of so many bytes in all.
class SmallSystem {
 public:
  explicit SmallSystem(size_t bytes) : left_(bytes) {}
  ~SmallSystem() { EXPECT_TRUE(sizes_.empty()) << "not given back"; }

  MemoryPool::Source source() {
    return {.allocate = [this](size_t bytes) -> void* {
              if (bytes > left_) return nullptr;
              left_ -= bytes;
              void* block = std::aligned_alloc(64, bytes);
              sizes_[block] = bytes;
              return block;
            },
            .release =
                [this](void* block) {
                  ASSERT_TRUE(sizes_.contains(block)) << "given back twice";
                  EXPECT_GT(waits, 0) << "while somebody may work on it";
                  left_ += sizes_[block];
                  sizes_.erase(block);
                  std::free(block);
                },
            .wait = [this] { ++waits; }};
  }
  int waits = 0;

 private:
  size_t left_;
  std::map<void*, size_t> sizes_;
};

TEST(MemoryPool, GivesBackFreeBlocksOfOtherSizesBeforeItFails) {
  SmallSystem system(10 << 10);
  MemoryPool pool(system.source());
  void* kept = pool.allocate(1 << 10);
  std::memset(kept, 7, 1 << 10);
  for (size_t size = 1 << 10; size <= 8 << 10; size += 1 << 10) {  // 36 KiB, never 10 at once
    pool.release(pool.allocate(size), size);
  }
  EXPECT_GT(system.waits, 0);
  EXPECT_EQ(static_cast<unsigned char*>(kept)[1000], 7);
  EXPECT_EQ(pool.bytes_in_use(), 1U << 10);
  EXPECT_LE(pool.bytes_from_system(), 10U << 10);
  EXPECT_THROW(pool.allocate(10 << 10), MemoryError);
  void* next = pool.allocate(8 << 10);
  EXPECT_NE(next, nullptr) << "goes on";
  pool.release(next, 8 << 10);
  pool.release(kept, 1 << 10);
}

TEST(MemoryPool, GivesBackAllThatIsFree) {
  SmallSystem system(1 << 20);
  MemoryPool pool(system.source());
  void* kept = pool.allocate(100);
  for (size_t bytes : {100, 5000, 200}) pool.release(pool.allocate(bytes), bytes);
  pool.give_back();
  EXPECT_EQ(pool.bytes_from_system(), pool.bytes_in_use());
  EXPECT_EQ(pool.system_allocations(), 4U) << "as many were ever taken";
  pool.release(kept, 100);
  EXPECT_EQ(pool.allocate(100), kept);
  pool.release(kept, 100);
}

TEST(MemoryPool, EveryBlockGoesBackToTheSystemOnce) {
  static int out = 0;
  out = 0;
  {
    MemoryPool pool({.allocate =
                         [](size_t bytes) {
                           ++out;
                           return std::aligned_alloc(64, bytes);
                         },
                     .release =
                         [](void* block) {
                           --out;
                           std::free(block);
                         }});
    void* first = pool.allocate(100);
    pool.allocate(5000);  // still held at the end
    pool.release(first, 100);
    pool.allocate(100);
    EXPECT_EQ(out, 2);
  }
  EXPECT_EQ(out, 0);
}

TEST(MemoryPool, ThreadsGetBlocksOfTheirOwn) {
  MemoryPool pool(MemoryPool::host());
  const auto work = [&pool](unsigned char mark) {
    for (int round = 0; round < 500; ++round) {
      const size_t bytes = 64 + static_cast<size_t>(round % 7) * 64;
      auto* block = static_cast<unsigned char*>(pool.allocate(bytes));
      std::memset(block, mark, bytes);
      for (size_t i = 0; i < bytes; ++i) ASSERT_EQ(block[i], mark);
      pool.release(block, bytes);
    }
  };
  std::thread one(work, 1), two(work, 2);
  one.join();
  two.join();
  EXPECT_EQ(pool.bytes_in_use(), 0U);
}

}  // namespace
}  // namespace storyteller::memory_pool_test
