#pragma once

#include <string>
#include <string_view>

namespace storyteller {

/// Letters of ASCII alone, whatever the locale: bytes of other characters stay as they are.
constexpr char lower_case(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
constexpr char upper_case(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}
constexpr bool is_decimal_digit(char c) { return c >= '0' && c <= '9'; }
std::string lower_case(std::string_view text);

/// All that separates words in ASCII.
inline constexpr std::string_view kAsciiBlanks = " \t\r\n\f\v";

inline constexpr std::string_view kDecimalDigits = "0123456789";

/// Without `blanks` at both ends.
std::string_view trimmed(std::string_view text, std::string_view blanks = " \t");

}  // namespace storyteller
