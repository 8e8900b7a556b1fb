#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace storyteller {

/// The last `digits` digits of `value` in base 16: "0a".
std::string hex(std::uint64_t value, std::size_t digits);

}  // namespace storyteller
