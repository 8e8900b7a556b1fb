// libFuzzer target for the pickle reader and the search for the state dict (promise 1).
//   tests/fuzz/run pickle -runs=1000000
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/error.h"
#include "core/serialization/torch_state_dict.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace storyteller;
  try {
    const auto bytes = std::as_bytes(std::span(data, size));
    find_state_dict(read_pickle(bytes, "fuzz"), "fuzz", {.key = "", .all_storages = true});
  } catch (const ModelError&) {
    return 0;
  }
  return 0;
}
