#pragma once

#include <string_view>

#include "core/parameters.h"
#include "core/serialization/weights_file.h"

namespace storyteller {

/// In front of the names of an encoder's values; files of pretrained weights lack it.
inline constexpr std::string_view kEncoderPrefix = "encoder.";

/// Takes every value whose name starts with kEncoderPrefix from `file`, where it has the name
/// behind the prefix, and moves the parameters' version. F32, F16 and BF16 are converted. Throws
/// ModelError when one is missing, has another shape or another kind of number; then no value has
/// changed. The value named `except`, without the prefix, is left alone.
void load_pretrained_values(const WeightsFile& file, Parameters& parameters,
                            std::string_view except = "");

}  // namespace storyteller
