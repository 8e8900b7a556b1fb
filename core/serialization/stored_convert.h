#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/serialization/stored_type.h"

namespace storyteller {

/// Each widens out.size() stored elements, contiguous and at any alignment, into `out`. False,
/// with nothing written, where the type is not one that `out` reads.
/// F32, F16, BF16 exactly; F64 rounded to nearest.
bool convert_stored(StoredType type, std::span<const std::byte> bytes, std::span<float> out);
/// F64, F32, F16, BF16, all exactly.
bool convert_stored(StoredType type, std::span<const std::byte> bytes, std::span<double> out);
/// BOOL and all integers but U64, all exactly.
bool convert_stored(StoredType type, std::span<const std::byte> bytes, std::span<std::int64_t> out);

}  // namespace storyteller
