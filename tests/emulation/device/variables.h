#pragma once

#include <vector_types.h>

// What CUDA calls built-in variables. The scheduler sets them before a thread runs; as a kernel
// runs on one thread of the host, they may be thread_local.
extern thread_local constinit uint3 threadIdx;
extern thread_local constinit uint3 blockIdx;
extern thread_local constinit dim3 blockDim;
extern thread_local constinit dim3 gridDim;
inline constexpr int warpSize = 32;
