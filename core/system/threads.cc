#include "core/system/threads.h"

#include <omp.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <mutex>
#include <set>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#if defined(__SSE__)
#include <xmmintrin.h>
#endif

#include "core/error.h"
#include "core/system/signals.h"
#include "kernels/cpu/thread_count.h"

namespace storyteller {
namespace {

namespace fs = std::filesystem;

std::atomic<int> threads_set{0};            // by set_threads(); 0: never
thread_local bool has_own_threads = false;  // this thread called it
thread_local int adopted_threads = 0;       // of this thread, by adopt_threads()

std::string first_line(const fs::path& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  return line;
}

std::vector<int> allowed_cpus() {
  // The kernel refuses a mask shorter than its own: grow until it fits.
  for (int capacity = 1024; capacity <= (1 << 20); capacity *= 2) {
    cpu_set_t* mask = CPU_ALLOC(capacity);
    if (mask == nullptr) break;
    const std::size_t size = CPU_ALLOC_SIZE(capacity);
    std::vector<int> cpus;
    const bool known = sched_getaffinity(0, size, mask) == 0;
    for (int cpu = 0; known && cpu < capacity; ++cpu) {
      if (CPU_ISSET_S(cpu, size, mask)) cpus.push_back(cpu);
    }
    CPU_FREE(mask);
    if (known) return cpus;
  }
  return {};
}

/// Hyper-threads of one core share one line of siblings ("0,4"); without topology each CPU counts.
int physical_cores(const fs::path& root, const std::vector<int>& cpus) {
  std::set<std::string> cores;
  for (const int cpu : cpus) {
    const std::string name = "cpu" + std::to_string(cpu);
    const fs::path topology = root / "sys/devices/system/cpu" / name / "topology";
    const std::string siblings = first_line(topology / "thread_siblings_list");
    cores.insert(siblings.empty() ? name : siblings);
  }
  return static_cast<int>(cores.size());
}

/// CPUs granted by one control group, 0 for no limit. Version 2: `cpu.max` holds "QUOTA PERIOD" or
/// "max PERIOD"; version 1: two files, quota -1 for no limit.
double group_quota(const fs::path& group) {
  double quota = 0;
  double period = 0;
  if (std::ifstream both(group / "cpu.max"); both) {
    if (both >> quota >> period && quota > 0 && period > 0) return quota / period;
    return 0;
  }
  std::ifstream quota_file(group / "cpu.cfs_quota_us");
  std::ifstream period_file(group / "cpu.cfs_period_us");
  if (quota_file >> quota && period_file >> period && quota > 0 && period > 0) {
    return quota / period;
  }
  return 0;
}

/// The tightest quota from `group` up to and including the mount point.
double tightest_quota(const fs::path& mount, const fs::path& group) {
  double tightest = group_quota(mount);
  fs::path at = mount;
  for (const fs::path& part : group.relative_path()) {
    at /= part;
    const double quota = group_quota(at);
    if (quota > 0 && (tightest == 0 || quota < tightest)) tightest = quota;
  }
  return tightest;
}

/// Lines of /proc/self/cgroup: "0::/path" (version 2) or "4:cpu,cpuacct:/path" (version 1).
double control_group_quota(const fs::path& root) {
  const fs::path mount = root / "sys/fs/cgroup";
  double tightest = 0;
  std::ifstream in(root / "proc/self/cgroup");
  for (std::string line; std::getline(in, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first == std::string::npos ? first : first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = "," + line.substr(first + 1, second - first - 1) + ",";
    const fs::path group = line.substr(second + 1);
    double quota = 0;
    if (controllers == ",,") quota = tightest_quota(mount, group);
    if (controllers.find(",cpu,") != std::string::npos)
      quota = tightest_quota(mount / "cpu", group);
    if (quota > 0 && (tightest == 0 || quota < tightest)) tightest = quota;
  }
  return tightest;
}

int openmp_limit() {
  const int limit = omp_get_thread_limit();
  return limit == std::numeric_limits<int>::max() ? 0 : limit;
}

/// How many threads, this one among them, can run beside each other: at most `wanted`. OpenMP's
/// runtime ends the program where the system refuses one, so that must be known before. Near the
/// limit room is left for those that read pictures.
int startable_threads(int wanted) {
  constexpr int kReaders = 4;
  if (wanted == 1) return 1;
  std::mutex ending;
  std::vector<std::thread> others;
  {
    const std::lock_guard hold(ending);  // all live until the last has started
    try {
      while (static_cast<int>(others.size()) + 1 < wanted + kReaders) {
        others.emplace_back([&ending] { const std::lock_guard wait(ending); });
      }
    } catch (const std::system_error&) {  // the limit is found
    }
  }
  for (std::thread& other : others) other.join();
  return std::max(1, static_cast<int>(others.size()) + 1 - kReaders);
}

/// Of the calling thread and its workers.
void work_with(int threads) {
  omp_set_dynamic(0);
  omp_set_max_active_levels(1);
  omp_set_num_threads(threads);
  settle_thread_count();
  flush_subnormals_to_zero();
#pragma omp parallel
  {
    flush_subnormals_to_zero();
    if (omp_get_thread_num() > 0) leave_stop_signals_to_others();
  }
}

}  // namespace

CpuLimits cpu_limits(const fs::path& root) {
  const std::vector<int> cpus = allowed_cpus();
  if (cpus.empty()) {
    const int all = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    return {.allowed_cpus = all,
            .physical_cores = all,
            .quota = control_group_quota(root),
            .openmp = openmp_limit()};
  }
  return {.allowed_cpus = static_cast<int>(cpus.size()),
          .physical_cores = std::max(1, physical_cores(root, cpus)),
          .quota = control_group_quota(root),
          .openmp = openmp_limit()};
}

int default_threads(const CpuLimits& limits) {
  int threads = std::min(limits.allowed_cpus, limits.physical_cores);
  if (limits.quota > 0 && limits.quota < threads)
    threads = static_cast<int>(std::ceil(limits.quota));
  if (limits.openmp > 0) threads = std::min(threads, limits.openmp);
  return std::max(1, threads);
}

int default_threads() { return default_threads(cpu_limits()); }

void adopt_threads() {
  const int threads = threads_set.load();
  if (threads == 0 || has_own_threads || adopted_threads == threads) return;
  work_with(threads);
  adopted_threads = threads;
}

int set_threads(int threads) {
  if (threads < 1) {
    throw UsageError("`threads` " + std::to_string(threads) + ": at least 1 thread is needed");
  }
  work_with(startable_threads(threads));
  threads_set = omp_get_max_threads();
  has_own_threads = true;
  return omp_get_max_threads();
}

int threads_in_force() { return omp_get_max_threads(); }

void flush_subnormals_to_zero() {
#if defined(__SSE__)
  constexpr unsigned kFlushToZero = 1U << 15U;
  constexpr unsigned kDenormalsAreZero = 1U << 6U;
  _mm_setcsr(_mm_getcsr() | kFlushToZero | kDenormalsAreZero);
#elif defined(__aarch64__)
  constexpr std::uint64_t kFlushToZero = std::uint64_t{1} << 24U;
  std::uint64_t control = 0;
  asm volatile("mrs %0, fpcr" : "=r"(control));
  asm volatile("msr fpcr, %0" : : "r"(control | kFlushToZero));
#endif
}

}  // namespace storyteller
