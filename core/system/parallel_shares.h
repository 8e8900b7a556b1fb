#pragma once

// parallel_shares for those above the kernels: one share of a loop for each thread of OpenMP.
#include "kernels/cpu/parallel.h"  // IWYU pragma: export
