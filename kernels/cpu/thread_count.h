#pragma once

namespace storyteller {

/// Makes omp_get_max_threads() of the calling thread the number of threads that a parallel region
/// is really given, and keeps that number from varying. OpenMP may give fewer than it names
/// (OMP_THREAD_LIMIT, OMP_DYNAMIC, OMP_MAX_ACTIVE_LEVELS), and oneDNN, which shares out its work
/// before the region begins, then computes wrong numbers or waits for ever. Costs next to nothing
/// where the number has not changed since the last call.
void settle_thread_count();

}  // namespace storyteller
