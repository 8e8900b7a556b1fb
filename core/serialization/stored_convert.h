#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/serialization/stored_type.h"

namespace storyteller {

/// Each widens out.size() stored elements, contiguous and at any alignment, into `out`. `who` names
/// file and tensor in the ModelError that a type gets which `out` does not read; then nothing is
/// written. F32, F16, BF16, F8 exactly; F64 rounded to nearest.
void convert_stored(const std::string& who, StoredType type, std::span<const std::byte> bytes,
                    std::span<float> out);
/// F64, F32, F16, BF16, F8, all exactly.
void convert_stored(const std::string& who, StoredType type, std::span<const std::byte> bytes,
                    std::span<double> out);
/// BOOL and all integers but U64, all exactly.
void convert_stored(const std::string& who, StoredType type, std::span<const std::byte> bytes,
                    std::span<std::int64_t> out);

/// Throws ModelError for kOther, of which `other_type` is the name.
void require_read(const std::string& who, StoredType type, std::string_view other_type);

/// `who` in such messages: "FILE: tensor 'NAME'".
std::string tensor_in(const std::string& file, std::string_view name);
/// Throw ModelError that shows both where the stored shape is another, or has not so many elements.
void require_stored_shape(const std::string& who, std::span<const std::int64_t> stored,
                          std::span<const std::int64_t> wanted);
void require_stored_elements(const std::string& who, std::span<const std::int64_t> stored,
                             std::size_t wanted);

}  // namespace storyteller
