#include "tools/apps/serve/byte_count.h"

#include <charconv>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/ascii.h"

namespace storyteller::serve {

std::size_t byte_count(const std::string& name, const std::string& text, std::size_t least,
                       std::size_t most) {
  const char unit = text.empty() ? '\0' : upper_case(text.back());
  const unsigned shift = unit == 'K' ? 10 : unit == 'M' ? 20 : unit == 'G' ? 30 : 0;
  const char* const end = text.data() + text.size() - (shift > 0 ? 1 : 0);
  std::size_t number = 0;
  const auto read = std::from_chars(text.data(), end, number);
  const bool whole = read.ec == std::errc() && read.ptr == end;
  if (!whole || number > (most >> shift) || number << shift < least) {
    throw UsageError(name + " '" + printable(text) + "': must be a number of bytes from " +
                     std::to_string(least) + " to " + std::to_string(most) +
                     "; K, M and G stand for 1024, its square and its cube");
  }
  return number << shift;
}

}  // namespace storyteller::serve
