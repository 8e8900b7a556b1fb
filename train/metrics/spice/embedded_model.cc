#include "train/metrics/spice/embedded_model.h"

extern "C" {
// NOLINTBEGIN(readability-identifier-naming): symbols of the assembler (cmake/EmbedFile.cmake)
extern const std::byte storyteller_spice_model_begin[];
extern const std::byte storyteller_spice_model_end[];
// NOLINTEND(readability-identifier-naming)
}

namespace storyteller::spice {

std::span<const std::byte> embedded_model() {
  return {storyteller_spice_model_begin, storyteller_spice_model_end};
}

}  // namespace storyteller::spice
