#include "core/system/threads.h"

#include <gtest/gtest.h>
#include <omp.h>
#include <sched.h>

#include <limits>
#include <thread>

#include "core/error.h"
#include "tests/temporary_folder.h"

namespace storyteller::threads_test {
namespace {

/// The smallest normal number halved, at run time: subnormal, or zero where they are flushed.
float half_of_smallest_normal() {
  volatile float value = std::numeric_limits<float>::min();
  value = value * 0.5F;
  return value;
}

TEST(Threads, LimitsOfThisMachineAreSane) {
  const CpuLimits limits = cpu_limits();
  EXPECT_GE(limits.allowed_cpus, 1);
  EXPECT_GE(limits.physical_cores, 1);
  EXPECT_LE(limits.physical_cores, limits.allowed_cpus);
  EXPECT_GE(limits.quota, 0);
  EXPECT_GE(default_threads(), 1);
  EXPECT_LE(default_threads(), limits.physical_cores);
}

TEST(Threads, TheTightestLimitWins) {
  EXPECT_EQ(default_threads({.allowed_cpus = 8, .physical_cores = 4, .quota = 0}), 4);
  EXPECT_EQ(default_threads({.allowed_cpus = 8, .physical_cores = 4, .quota = 2}), 2);
  EXPECT_EQ(default_threads({.allowed_cpus = 8, .physical_cores = 4, .quota = 1.5}), 2);
  EXPECT_EQ(default_threads({.allowed_cpus = 8, .physical_cores = 4, .quota = .25}), 1);
  EXPECT_EQ(default_threads({.allowed_cpus = 1, .physical_cores = 4, .quota = 16}), 1);
  EXPECT_EQ(default_threads({.allowed_cpus = 8, .physical_cores = 4, .quota = 3, .openmp = 2}), 2);
  EXPECT_EQ(default_threads({.allowed_cpus = 8, .physical_cores = 4, .quota = 0, .openmp = 9}), 4);
}

TEST(Threads, HyperThreadsOfOneCoreCountOnce) {
  const int allowed = cpu_limits().allowed_cpus;
  const TemporaryFolder root;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    write_text(root / ("sys/devices/system/cpu/cpu" + std::to_string(cpu) +
                       "/topology/thread_siblings_list"),
               "0-1023\n");
  }
  EXPECT_EQ(cpu_limits(root.path()).allowed_cpus, allowed);
  EXPECT_EQ(cpu_limits(root.path()).physical_cores, 1);
}

TEST(Threads, QuotaOfControlGroupVersion2) {
  const TemporaryFolder root;
  write_text(root / "proc/self/cgroup", "0::/user/job\n");
  EXPECT_EQ(cpu_limits(root.path()).quota, 0);
  write_text(root / "sys/fs/cgroup/user/job/cpu.max", "max 100000\n");
  EXPECT_EQ(cpu_limits(root.path()).quota, 0);
  write_text(root / "sys/fs/cgroup/user/cpu.max", "150000 100000\n");
  EXPECT_EQ(cpu_limits(root.path()).quota, 1.5);
  write_text(root / "sys/fs/cgroup/cpu.max", "50000 100000\n");
  EXPECT_EQ(cpu_limits(root.path()).quota, .5);
}

TEST(Threads, QuotaOfControlGroupVersion1) {
  const TemporaryFolder root;
  write_text(root / "proc/self/cgroup", "5:memory:/other\n4:cpu,cpuacct:/job\nnonsense\n");
  write_text(root / "sys/fs/cgroup/cpu/job/cpu.cfs_quota_us", "300000\n");
  write_text(root / "sys/fs/cgroup/cpu/job/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(cpu_limits(root.path()).quota, 3);
  write_text(root / "sys/fs/cgroup/cpu/job/cpu.cfs_quota_us", "-1\n");
  EXPECT_EQ(cpu_limits(root.path()).quota, 0);
}

TEST(Threads, EveryWorkerFlushesSubnormals) {
  std::thread([] {  // so that the other tests of this program keep their settings
    EXPECT_GT(half_of_smallest_normal(), 0);
    set_threads(3);
    int workers = 0;
    int flushing = 0;
#pragma omp parallel reduction(+ : workers, flushing)
    {
      workers += 1;
      flushing += half_of_smallest_normal() == 0 ? 1 : 0;
    }
    EXPECT_EQ(flushing, workers);
    std::thread([] { EXPECT_EQ(half_of_smallest_normal(), 0); }).join();  // inherited
  })
      .join();
}

TEST(Threads, HowManyThereAreIsReturned) {
  std::thread([] {
    omp_set_max_active_levels(0);  // as OMP_MAX_ACTIVE_LEVELS=0: it is set aside
    omp_set_dynamic(1);
    EXPECT_EQ(set_threads(3), 3);
    int workers = 0;
#pragma omp parallel reduction(+ : workers)
    workers += 1;
    EXPECT_EQ(workers, 3);
    EXPECT_EQ(omp_get_max_threads(), 3);
    EXPECT_EQ(set_threads(1), 1);
  }).join();
}

TEST(Threads, LessThanOneIsAMistake) {
  EXPECT_NE(message_of<UsageError>([] { set_threads(0); }).find("`threads` 0"), std::string::npos);
}

}  // namespace
}  // namespace storyteller::threads_test
