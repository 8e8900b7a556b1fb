// libFuzzer target for the readers of PyTorch checkpoints and NumPy arrays (promise 1); the slice
// that every test run does is WeightsFileHostile.EveryChangedByteIsRefusedOrStaysInBounds.
//   tests/fuzz/run weights_pth -runs=1000000      and weights_npz
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/error.h"
#include "core/serialization/weights_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace storyteller;
  try {
    const auto file = WeightsFile::parse(std::as_bytes(std::span(data, size)), "fuzz");
    for (const WeightTensor& tensor : file.tensors()) {
      std::vector<std::byte> out(static_cast<std::size_t>(element_count(tensor.shape)) *
                                 size_of(tensor.type));
      gather(tensor, out);
    }
  } catch (const ModelError&) {
    return 0;
  }
  return 0;
}
