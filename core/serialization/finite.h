#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "core/serialization/stored_type.h"

namespace storyteller {

/// Values that are NaN or infinite.
std::size_t count_not_finite(std::span<const float> values);

/// Throws ModelError "WHO: N of its M values are not finite ..." where there are any. Where F64 was
/// stored, values beyond what float32 holds are among them.
void require_finite(const std::string& who, std::span<const float> values);

/// What rounding to a narrower type does to finite values; nothing for kF32.
struct Narrowing {
  std::size_t overflows = 0;   ///< that become infinite
  std::size_t underflows = 0;  ///< other than 0 that become 0
};
Narrowing count_narrowed(std::span<const float> values, StoredType type);

/// Throws ModelError "WHO: N of its M values are beyond what f16 holds ..." where rounding to
/// `type` makes any of them infinite.
void require_in_range(const std::string& who, std::span<const float> values, StoredType type);

}  // namespace storyteller
