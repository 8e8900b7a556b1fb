// libFuzzer target for the safetensors reader (promise 1); the bounded slice that every test run
// does is SafetensorsHostile.RandomMutationsNeverEscape.
//   tests/fuzz/run safetensors -runs=10000000
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/error.h"
#include "core/serialization/safetensors.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using storyteller::ModelError;
  using storyteller::SafetensorsFile;
  try {
    const auto file = SafetensorsFile::parse(std::as_bytes(std::span(data, size)), "fuzz");
    std::uint64_t sum = 0;
    for (const std::string& name : file.names()) {
      const auto view = file.find(name);
      for (const std::byte byte : view.bytes) sum += std::to_integer<std::uint64_t>(byte);
      const auto count = static_cast<std::size_t>(storyteller::element_count(view.shape));
      std::vector<double> values(count);
      try {
        file.read_double(name, values);
      } catch (const ModelError&) {
        sum += 1;
      }
    }
    return sum == ~std::uint64_t{0} ? -1 : 0;
  } catch (const ModelError&) {
    return 0;
  }
}
