#pragma once

#include "tests/emulation/emulator/site.h"

namespace emulation {

inline constexpr int kWarpLanes = 32;

/// What the last lane that arrives sees of a warp operation.
struct WarpCall {
  unsigned mask = 0;
  const void* argument[kWarpLanes] = {};
  void* result[kWarpLanes] = {};
};

/// What a lane brings to a warp operation. All lanes of `mask` must bring the same operation and
/// mask from the same place.
struct WarpRequest {
  const char* operation = "";
  unsigned mask = 0;
  Site site;
  const void* argument = nullptr;
  void* result = nullptr;
  void (*finish)(const WarpCall& call) = nullptr;  ///< computes every lane's result
};

}  // namespace emulation
