#include "core/device_turn.h"

#include <gtest/gtest.h>
#include <omp.h>

#include <thread>
#include <vector>

#include "core/system/threads.h"

namespace storyteller::device_turn_test {
namespace {

TEST(DeviceTurn, IsOneThreadsAtATime) {
  int inside = 0, most = 0;  // not atomic: that is what the turn is for
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) {
        const DeviceTurn turn;
        const DeviceTurn again;
        most = std::max(most, ++inside);
        --inside;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(most, 1);
  EXPECT_EQ(inside, 0);
}

TEST(DeviceTurn, GivesTheThreadsThatWereSet) {
  std::thread([] {  // so that the other tests of this program keep their settings
    for (const int wanted : {1, 3}) {
      const int set = set_threads(wanted);
      int seen = 0;
      std::thread([&] {
        const DeviceTurn turn;
        seen = omp_get_max_threads();
      }).join();
      EXPECT_EQ(seen, set);
    }
  })
      .join();
}

}  // namespace
}  // namespace storyteller::device_turn_test
