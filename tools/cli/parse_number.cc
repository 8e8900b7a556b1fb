#include "tools/cli/parse_number.h"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <type_traits>

#include "core/error.h"
#include "core/text/ascii.h"

namespace storyteller {
namespace {

/// " from 1 to 100", or " of at least 0" where there is no upper end.
std::string range_text(double least, double most) {
  if (std::isfinite(most)) return " from " + number_text(least) + " to " + number_text(most);
  return std::isfinite(least) ? " of at least " + number_text(least) : "";
}

std::string way_out(const std::string& text) {
  if (text.find(',') != std::string::npos) return "; write a decimal point, not a comma";
  if (text.ends_with('%')) return "; write 5 % as 0.05";
  if (text.ends_with('\r')) return "; the script has line ends of Windows: run dos2unix on it";
  return "";
}

}  // namespace

std::string number_text(double value) {
  if (value == std::floor(value) && std::fabs(value) < 1e15) {
    return std::to_string(static_cast<std::int64_t>(value));
  }
  char text[64];
  const auto end = std::to_chars(text, text + sizeof text, value);
  return {text, end.ptr};
}

template <class T>
T parse_number(const std::string& name, const std::string& text, double least, double most) {
  const std::string word(trimmed(text));
  const char* const begin = word.data() + (word.size() > 1 && word[0] == '+' ? 1 : 0);
  const char* const end = word.data() + word.size();
  T value{};
  const auto read = std::from_chars(begin, end, value);
  const bool whole = std::is_integral_v<T>;
  const auto as_double = static_cast<double>(value);
  if (read.ec != std::errc() || read.ptr != end || !std::isfinite(as_double) || as_double < least ||
      as_double > most) {
    if (std::is_unsigned_v<T> && least < 0) least = 0;
    throw UsageError(name + ": '" + text + "' is not a " + (whole ? "whole " : "") + "number" +
                     range_text(least, most) + way_out(word));
  }
  return value;
}

template int parse_number(const std::string&, const std::string&, double, double);
template std::int64_t parse_number(const std::string&, const std::string&, double, double);
template std::uint64_t parse_number(const std::string&, const std::string&, double, double);
template float parse_number(const std::string&, const std::string&, double, double);
template double parse_number(const std::string&, const std::string&, double, double);

}  // namespace storyteller
