#pragma once

// The toolkit's header as the host's compiler reads it, and what device code needs besides: CUDA's
// sources become C++ that the emulator runs. The toolkit's own launch template is set aside.
#define cudaLaunchKernelEx storyteller_untyped_launch
#include_next <cuda_runtime.h>
#undef cudaLaunchKernelEx

#define __launch_bounds__(...)
#undef __grid_constant__
#define __grid_constant__

#include "tests/emulation/device/arithmetic.h"
#include "tests/emulation/device/atomics.h"
#include "tests/emulation/device/barrier.h"
#include "tests/emulation/device/bits.h"
#include "tests/emulation/device/launch.h"
#include "tests/emulation/device/memory.h"
#include "tests/emulation/device/variables.h"
#include "tests/emulation/device/warp.h"
