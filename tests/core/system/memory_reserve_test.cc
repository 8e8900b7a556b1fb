#include "core/system/memory_reserve.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <new>
#include <vector>

#include "tests/sanitizers.h"

namespace storyteller::memory_reserve_test {
namespace {

/// Takes all memory there is, then needs some more to say so.
void exhaust_memory(bool reserve) {
  const rlimit limit{std::size_t{600} << 20, std::size_t{600} << 20};
  if (reserve) hold_memory_in_reserve();
  std::vector<std::unique_ptr<char[]>> blocks;
  blocks.reserve(1 << 20);
  ::setrlimit(RLIMIT_AS, &limit);
  std::size_t bytes = std::size_t{1} << 24;
  while (true) {
    try {
      blocks.emplace_back(new char[bytes]);
    } catch (const std::bad_alloc&) {
      if (reserve || bytes == 64) break;  // to the last byte where nothing is set free
      bytes /= 2;
    }
  }
  try {
    const std::vector<char> needed(1 << 20);
    std::fputs("there is room", stderr);
  } catch (const std::bad_alloc&) {
    std::fputs("there is none", stderr);
  }
  std::_Exit(0);
}

TEST(MemoryReserve, IsThereOnceMemoryIsShort) {
  if (is_sanitized()) GTEST_SKIP() << "sanitizers need more address space";
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  EXPECT_EXIT(exhaust_memory(true), testing::ExitedWithCode(0), "there is room");
  EXPECT_EXIT(exhaust_memory(false), testing::ExitedWithCode(0), "there is none");
}

}  // namespace
}  // namespace storyteller::memory_reserve_test
