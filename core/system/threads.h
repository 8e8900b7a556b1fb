#pragma once

#include <filesystem>

namespace storyteller {

/// What limits the number of threads that pay on this machine.
struct CpuLimits {
  int allowed_cpus;    ///< logical CPUs in this process's affinity mask, >= 1
  int physical_cores;  ///< distinct cores among them (two hyper-threads are one core), >= 1
  double quota;        ///< CPUs that the control group grants (cgroup v1 or v2); 0 = no limit
  int openmp = 0;      ///< OMP_THREAD_LIMIT; 0 = no limit
};

/// Reads affinity, topology and the control group's quota. `root` stands for "/" (tests give a
/// folder with `proc/self/cgroup` and `sys/...` of their own); what is not there sets no limit.
CpuLimits cpu_limits(const std::filesystem::path& root = "/");

/// One thread per physical core within affinity, quota (1.5 gives 2) and OMP_THREAD_LIMIT:
/// arithmetic gains nothing from a second hyper-thread on the same vector units.
int default_threads(const CpuLimits& limits);
int default_threads();

/// `threads` >= 1 workers for OpenMP from here on, each with subnormals flushed to zero; less than
/// 1 is a `UsageError`. Call it from the main thread, before the first parallel region. Returns how
/// many there are: fewer where OMP_THREAD_LIMIT or the system (`ulimit -u`, a container's limit of
/// processes, memory) grants no more. All that computes is planned for that number.
int set_threads(int threads);

/// What set_threads() gave its last caller, for a calling thread that never called it: OpenMP keeps
/// such settings for each thread that starts regions. Nothing where nobody called it.
void adopt_threads();

/// Workers that OpenMP starts a parallel region with.
int threads_in_force();

/// Results and operands below the smallest normal number become zero on the calling thread (FTZ and
/// DAZ): subnormal arithmetic costs a hundred times more and carries no information in training.
/// Threads that it starts later inherit the setting; those already running do not.
void flush_subnormals_to_zero();

}  // namespace storyteller
