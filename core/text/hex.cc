#include "core/text/hex.h"

namespace storyteller {

std::string hex(std::uint64_t value, std::size_t digits) {
  std::string out(digits, '0');
  for (auto at = out.rbegin(); at != out.rend(); ++at, value >>= 4U) {
    *at = "0123456789abcdef"[value & 15U];
  }
  return out;
}

}  // namespace storyteller
