#include "core/text/number_format.h"

#include <array>
#include <charconv>
#include <cmath>

namespace storyteller {

std::string decimal(double value, int digits) {
  if (!std::isfinite(value) || std::abs(value) >= 1e15) return "\u2013";
  std::array<char, 64> buffer;
  const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                    std::chars_format::fixed, digits);
  return {buffer.data(), result.ptr};
}

std::string percent(double share, int digits) {
  return std::isfinite(share) ? decimal(100 * share, digits) + " %" : decimal(share, digits);
}

std::string grouped(std::size_t count) {
  std::string digits = std::to_string(count);
  for (std::size_t i = digits.size(); i > 3;) digits.insert(i -= 3, 1, ',');
  return digits;
}

}  // namespace storyteller
