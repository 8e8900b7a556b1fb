#include "tools/apps/serve/wire.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <iterator>
#include <string_view>

namespace storyteller::serve {
namespace {

void add(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ");
  // A value is ours, or an origin of the command line; whatever it is, it stays in its line.
  std::copy_if(value.begin(), value.end(), std::back_inserter(out),
               [](char c) { return c != '\r' && c != '\n' && c != '\0'; });
  out.append("\r\n");
}

bool says(const Response& response, std::string_view name) {
  return std::any_of(response.fields.begin(), response.fields.end(),
                     [&](const auto& field) { return field.first == name; });
}

std::string length_in_hex(std::size_t length) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), length, 16).ptr;
  return {digits.data(), end};
}

}  // namespace

std::string wire_text(const Response& response, const WireOptions& options) {
  const bool stream = !response.pieces.empty(), chunked = stream && !options.http_1_0;
  std::string out = "HTTP/1.1 " + std::to_string(response.status) + " ";
  out.append(reason_of(response.status)).append("\r\n");
  if (!options.date.empty()) add(out, "Date", options.date);
  if (!response.type.empty()) add(out, "Content-Type", response.type);
  if (chunked) {
    add(out, "Transfer-Encoding", "chunked");
  } else if (!stream && response.status != 204) {
    add(out, "Content-Length", std::to_string(response.body.size()));
  }
  const bool stays = options.keep_alive && (!stream || chunked);
  add(out, "Connection", stays ? "keep-alive" : "close");
  if (!says(response, "Content-Security-Policy")) {
    add(out, "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  }
  add(out, "X-Content-Type-Options", "nosniff");
  add(out, "Referrer-Policy", "no-referrer");
  add(out, "Cache-Control", "no-store");
  // An origin that may read the answer may load it.
  add(out, "Cross-Origin-Resource-Policy",
      says(response, "Access-Control-Allow-Origin") ? "cross-origin" : "same-origin");
  for (const auto& [name, value] : response.fields) add(out, name, value);
  out.append("\r\n");
  if (options.head || response.status == 204) return out;
  if (!stream) return out.append(response.body);
  for (const std::string& piece : response.pieces) {
    if (piece.empty()) continue;
    if (chunked) out.append(length_in_hex(piece.size())).append("\r\n");
    out.append(piece);
    if (chunked) out.append("\r\n");
  }
  if (chunked) out.append("0\r\n\r\n");
  return out;
}

std::string http_date(std::int64_t seconds) {
  constexpr std::array<const char*, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t time = seconds;
  std::tm parts{};
  gmtime_r(&time, &parts);
  std::array<char, 64> text{};
  std::strftime(text.data(), text.size(), "%Y %H:%M:%S GMT", &parts);
  const std::string day = std::to_string(parts.tm_mday);
  return std::string(kDays[static_cast<std::size_t>(parts.tm_wday)]) + ", " +
         (day.size() < 2 ? "0" : "") + day + " " + kMonths[static_cast<std::size_t>(parts.tm_mon)] +
         " " + text.data();
}

}  // namespace storyteller::serve
