#include "kernels/cpu/thread_count.h"

#include <omp.h>

namespace storyteller {

void settle_thread_count() {
  thread_local int settled = 0;
  if (omp_in_parallel() != 0 || omp_get_max_threads() == settled) return;
  omp_set_dynamic(0);
  int granted = 1;
#pragma omp parallel
  {
#pragma omp master
    granted = omp_get_num_threads();
  }
  omp_set_num_threads(granted);
  settled = granted;
}

}  // namespace storyteller
