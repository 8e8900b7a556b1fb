#pragma once

#include <memory>
#include <tuple>
#include <utility>

#include "tests/emulation/emulator/launch.h"

namespace emulation {

template <class... Parameters>
struct BoundKernel {
  void (*kernel)(Parameters...);
  std::tuple<Parameters...> parameters;

  static void call(const void* bound) {
    const auto* self = static_cast<const BoundKernel*>(bound);
    std::apply(self->kernel, self->parameters);
  }
};

}  // namespace emulation

/// CUDA's launch, with the kernel's own type: what the toolkit passes as untyped pointers is bound
/// here, by value.
template <class... Parameters, class... Arguments>
cudaError_t cudaLaunchKernelEx(const cudaLaunchConfig_t* config, void (*kernel)(Parameters...),
                               Arguments&&... arguments) {
  using Bound = emulation::BoundKernel<Parameters...>;
  auto bound = std::make_shared<const Bound>(
      Bound{kernel, std::tuple<Parameters...>(std::forward<Arguments>(arguments)...)});
  emulation::Kernel launched;
  launched.function = reinterpret_cast<const void*>(kernel);
  launched.arguments = bound;
  launched.argument_bytes = sizeof(Bound);
  launched.call = Bound::call;
  return emulation::launch(*config, std::move(launched));
}
