#include "tools/apps/serve/picture_text.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/text/ascii.h"
#include "tools/apps/serve/problem.h"

namespace storyteller::serve {
namespace {

constexpr std::uint8_t kBlank = 64, kPadding = 65, kBad = 66;

constexpr std::array<std::uint8_t, 256> make_digits() {
  std::array<std::uint8_t, 256> digits{};
  digits.fill(kBad);
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    digits[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  }
  digits['-'] = 62;
  digits['_'] = 63;
  digits['='] = kPadding;
  for (const char c : kAsciiBlanks) digits[static_cast<unsigned char>(c)] = kBlank;
  return digits;
}
constexpr std::array<std::uint8_t, 256> kDigits = make_digits();

Problem not_base64(const std::string& member, const std::string& why) {
  return Problem(400, "bad_base64", member + ": " + why,
                 "send the file's bytes as base64, bare or as data:image/jpeg;base64,...")
      .about(member);
}

bool begins(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && lower_case(text.substr(0, prefix.size())) == prefix;
}

/// Where the base64 of a data: URL begins. The type may be missing, also the comma's parameters but
/// the last.
std::size_t data_begins(std::string_view text, const std::string& member) {
  constexpr std::size_t kLongestHead = 200;
  constexpr std::string_view kMark = ";base64";
  const std::size_t comma = text.substr(0, kLongestHead).find(',');
  if (comma == std::string_view::npos) throw not_base64(member, "a data: URL without a comma");
  const std::string head = lower_case(text.substr(0, comma));
  if (!head.ends_with(kMark)) throw not_base64(member, "a data: URL that is not base64");
  return comma + 1;
}

}  // namespace

std::string picture_of_text(std::string text, const std::string& member) {
  std::size_t from = std::min(text.find_first_not_of(kAsciiBlanks), text.size());
  const std::string_view rest = std::string_view(text).substr(from);
  if (begins(rest, "data:")) {
    from += data_begins(rest, member);
  } else if (rest.substr(0, 16).find("://") != std::string_view::npos) {
    throw Problem(400, "remote_image", member + ": an address; this server fetches no pictures",
                  "send the picture itself, as base64 or as a data: URL")
        .about(member);
  }
  std::size_t to = 0, digits = 0, padding = 0;
  std::uint32_t bits = 0;
  for (; from < text.size(); ++from) {
    const std::uint8_t digit = kDigits[static_cast<unsigned char>(text[from])];
    if (digit == kBlank) continue;
    if (digit == kPadding) {
      if (++padding > 2) throw not_base64(member, "more than two signs of padding");
      continue;
    }
    if (digit == kBad) throw not_base64(member, "a character that is not base64");
    if (padding > 0) throw not_base64(member, "more behind the padding");
    bits = bits << 6U | digit;
    // Three bytes go where four characters were read.
    if (++digits % 4 != 0) continue;
    for (const unsigned shift : {16U, 8U, 0U}) text[to++] = static_cast<char>(bits >> shift & 255U);
    bits = 0;
  }
  if (digits % 4 == 1) throw not_base64(member, "base64 that was cut");
  if (digits % 4 == 2) text[to++] = static_cast<char>(bits >> 4U & 255U);
  if (digits % 4 == 3) {
    text[to++] = static_cast<char>(bits >> 10U & 255U);
    text[to++] = static_cast<char>(bits >> 2U & 255U);
  }
  if (to == 0) throw not_base64(member, "no picture in it");
  text.resize(to);
  return text;
}

}  // namespace storyteller::serve
