#include "core/text/percent.h"

#include <charconv>

namespace storyteller {

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned byte = 0;
    if (text[i] == '%' && i + 2 < text.size()) {
      const char* const digits = text.data() + i + 1;
      if (std::from_chars(digits, digits + 2, byte, 16).ptr != digits + 2) byte = 0;
    }
    out += byte == 0 ? text[i] : static_cast<char>(byte);
    if (byte != 0) i += 2;
  }
  return out;
}

}  // namespace storyteller
