#pragma once

#include <cstddef>
#include <span>

namespace storyteller::spice {

/// The bytes of models/spice_native.safetensors, which the assembler put into this library: no file
/// has to be found when the program runs, wherever it or the library was installed.
std::span<const std::byte> embedded_model();

}  // namespace storyteller::spice
