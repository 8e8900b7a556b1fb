#include "tools/apps/serve/access.h"

#include <algorithm>
#include <charconv>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/ascii.h"
#include "tools/apps/serve/problem.h"

namespace storyteller::serve {
namespace {

constexpr int kHttpPort = 80, kHttpsPort = 443;

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

std::optional<int> number_in(std::string_view text, int least, int most) {
  int number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = failure == std::errc() && end == text.data() + text.size();
  if (!whole || number < least || number > most) return std::nullopt;
  return number;
}

/// 127.x.y.z as people write it; other spellings of numbers are none.
bool is_loopback_v4(std::string_view host) {
  int count = 0;
  for (bool more = true; more; ++count) {
    const std::size_t dot = host.find('.');
    const std::string_view part = host.substr(0, dot);
    const auto number = number_in(part, 0, 255);
    if (!number || part.size() > 3 || (part.size() > 1 && part[0] == '0')) return false;
    if (count == 0 && *number != 127) return false;
    more = dot != std::string_view::npos;
    if (more) host.remove_prefix(dot + 1);
  }
  return count == 4;
}

struct Origin {
  std::string scheme;
  Authority authority;

  bool is_web() const { return scheme == "http" || scheme == "https"; }
};

std::optional<Origin> origin_of(std::string_view text) {
  const std::size_t mark = text.find("://");
  if (mark == std::string_view::npos || mark == 0) return std::nullopt;
  auto authority = authority_of(text.substr(mark + 3));
  if (!authority) return std::nullopt;
  return Origin{lower_case(text.substr(0, mark)), std::move(*authority)};
}

int port_of(const Origin& origin) {
  return origin.authority.port.value_or(origin.scheme == "https" ? kHttpsPort : kHttpPort);
}

/// Opened by a person, from a link anywhere: it reads nothing of ours but the page.
bool opens_the_page(const RequestHead& head) {
  const std::string* mode = head.find("sec-fetch-mode");
  const std::string* place = head.find("sec-fetch-dest");
  return head.method == "GET" && head.path() == "/" && mode != nullptr && *mode == "navigate" &&
         place != nullptr && *place == "document" && head.find("origin") == nullptr;
}

Problem foreign_page() {
  return {403, "forbidden_origin", "this request comes from a page of another origin",
          "start the server with --allow-origin and the origin of that page, or extension"};
}

bool is_chunked(const RequestHead& head) {
  const std::string* coding = head.find("transfer-encoding");
  return coding != nullptr && lower_case(*coding) == "chunked";
}

}  // namespace

std::optional<Authority> authority_of(std::string_view text) {
  Authority authority;
  std::size_t end = 0;
  if (text.starts_with('[')) {
    end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    ++end;
    const std::string_view inside = text.substr(1, end - 2);
    const bool address = !inside.empty() && inside.find_first_not_of("0123456789abcdefABCDEF:.") ==
                                                std::string_view::npos;
    if (!address) return std::nullopt;
    authority.host = lower_case(text.substr(0, end));
  } else {
    end = std::min(text.find(':'), text.size());
    authority.host = lower_case(text.substr(0, end));
    const bool valid = !authority.host.empty() &&
                       std::all_of(authority.host.begin(), authority.host.end(), is_host_character);
    if (!valid) return std::nullopt;
  }
  if (end == text.size()) return authority;
  if (text[end] != ':') return std::nullopt;
  authority.port = number_in(text.substr(end + 1), 1, 65'535);
  if (!authority.port) return std::nullopt;
  return authority;
}

bool is_loopback(std::string_view host) {
  return host == "localhost" || host == "[::1]" || is_loopback_v4(host);
}

std::string allowed_origin(const std::string& text) {
  const auto refuse = [&](const std::string& why) -> UsageError {
    return UsageError("--allow-origin '" + printable(text) + "': " + why);
  };
  if (text == "null") throw refuse("every sandboxed page and file has this origin");
  if (text.find('*') != std::string::npos) throw refuse("there are no wildcards; name each origin");
  const auto origin = origin_of(text);
  if (!origin) throw refuse("an origin is SCHEME://HOST[:PORT], without a path");
  if (origin->scheme == "file") throw refuse("every file has this origin");
  const int port = port_of(*origin);
  const bool usual =
      !origin->authority.port ||
      (origin->is_web() && port == (origin->scheme == "https" ? kHttpsPort : kHttpPort));
  return origin->scheme + "://" + origin->authority.host +
         (usual ? "" : ":" + std::to_string(port));
}

std::string allowed_host(const std::string& text) {
  const auto authority = authority_of(text);
  if (!authority || authority->port) {
    throw UsageError("--allow-host '" + printable(text) +
                     "': a host's name or address, without a port");
  }
  return authority->host;
}

void check_host(const RequestHead& head, const AccessRules& rules) {
  if (head.count("host") > 1) throw Problem(400, "bad_request", "the request names several hosts");
  const std::string* text = head.find("host");
  const auto host = text == nullptr ? std::nullopt : authority_of(*text);
  if (host) {
    const bool port_fits = !host->port || *host->port == rules.port;
    if (is_loopback(host->host) && port_fits) return;
    if (std::find(rules.hosts.begin(), rules.hosts.end(), host->host) != rules.hosts.end()) return;
  }
  throw Problem(403, "forbidden_host",
                text == nullptr || text->empty() ? "the request names no host"
                                                 : "this server does not answer for that host",
                "ask for localhost or 127.0.0.1 with the server's port, or start the server with "
                "--allow-host and the name");
}

std::string check_origin(const RequestHead& head, const AccessRules& rules) {
  if (head.count("origin") > 1) throw foreign_page();
  if (const std::string* text = head.find("origin"); text != nullptr) {
    if (std::find(rules.origins.begin(), rules.origins.end(), *text) != rules.origins.end()) {
      return *text;
    }
    const auto origin = origin_of(*text);
    if (!origin || !origin->is_web()) throw foreign_page();
    const std::string* host_text = head.find("host");
    const auto host = host_text == nullptr ? std::nullopt : authority_of(*host_text);
    const bool own = host && origin->authority.host == host->host &&
                     port_of(*origin) == host->port.value_or(port_of({origin->scheme, *host}));
    if (!own) throw foreign_page();
  }
  if (const std::string* site = head.find("sec-fetch-site"); site != nullptr) {
    const bool foreign = *site != "same-origin" && *site != "none";
    if (foreign && !opens_the_page(head)) throw foreign_page();
  }
  return "";
}

void check_token(const RequestHead& head, const AccessRules& rules) {
  if (rules.token.empty()) return;
  constexpr std::string_view kScheme = "bearer ";
  const std::string* given =
      head.count("authorization") == 1 ? head.find("authorization") : nullptr;
  if (given != nullptr && given->size() > kScheme.size() &&
      lower_case(given->substr(0, kScheme.size())) == kScheme &&
      equal_in_constant_time(trimmed(std::string_view(*given).substr(kScheme.size())),
                             rules.token)) {
    return;
  }
  throw Problem(401, "unauthorized", "this server asks for a token",
                "send it as Authorization: Bearer TOKEN")
      .with("WWW-Authenticate", "Bearer");
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  unsigned difference = a.size() == b.size() ? 0 : 1;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const char other = b.empty() ? '\0' : b[i % b.size()];
    difference |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(other);
  }
  return difference == 0;
}

void check_body(const RequestHead& head) {
  const std::string* coding = head.find("content-encoding");
  if (coding != nullptr && lower_case(*coding) != "identity") {
    throw Problem(415, "encoded_body", "compressed bodies are not taken",
                  "send it without Content-Encoding");
  }
  if (head.find("transfer-encoding") != nullptr && !is_chunked(head)) {
    throw Problem(400, "bad_request", "bodies come with a length, or in chunks");
  }
  const bool has_body = head.find("content-length") != nullptr || is_chunked(head);
  if (head.method == "POST" && !has_body) {
    throw Problem(411, "length_required", "the request has no body",
                  "send the picture, with Content-Length");
  }
}

}  // namespace storyteller::serve
