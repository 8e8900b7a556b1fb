#pragma once

#include <memory>

#include "kernels/cuda/context.h"
#include "kernels/cuda/devices.h"
#include "kernels/cuda/libraries.h"
#include "kernels/cuda/scratch_source.h"

namespace storyteller {

/// What a context holds and kernels do not look at; of context.cc and libraries.cc alone.
struct CudaContext::State {
  State();
  ~State();
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  static constexpr size_t kRemembered = 16;

  CudaDeviceProperties properties;
  const char* last_launched[kRemembered] = {};
  size_t launches = 0;
  ScratchSource scratch_source;
  void* scratch = nullptr;
  size_t scratch_bytes = 0;
  struct Staging;
  std::unique_ptr<Staging> staging;
  std::unique_ptr<Libraries> libraries;
};

}  // namespace storyteller
