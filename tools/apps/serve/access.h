#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/apps/serve/http_message.h"

namespace storyteller::serve {

/// Host and port of a URL or of a Host field.
struct Authority {
  std::string host;         ///< in lower case; an IPv6 address with its brackets
  std::optional<int> port;  ///< as written

  friend bool operator==(const Authority&, const Authority&) = default;
};

/// Nothing where the text is none: no user, no path, a port from 1 to 65535.
std::optional<Authority> authority_of(std::string_view text);

/// Whether a host's name or address stands for this machine alone: localhost, 127.0.0.0/8, [::1].
bool is_loopback(std::string_view host);

/// The origin that --allow-origin names, as browsers write it: scheme, host, port unless it is the
/// scheme's own. Throws UsageError for `null`, file:, a wildcard, a path, or what is no origin.
std::string allowed_origin(const std::string& text);
/// The host that --allow-host names, in lower case. Throws UsageError for what is none.
std::string allowed_host(const std::string& text);

/// Who may ask.
struct AccessRules {
  int port = 0;
  std::vector<std::string> hosts = {};    ///< beside those of this machine, in lower case
  std::vector<std::string> origins = {};  ///< beside the server's own
  std::string token = {};                 ///< "": none is asked for
};

/// Throws Problem 403 unless the request is for a host that is served here, which an attacker's
/// name that leads to this machine (DNS rebinding) is not; 400 where it names several.
void check_host(const RequestHead& head, const AccessRules& rules);

/// Throws Problem 403 for what a page of somebody else's makes a browser send. Returns the foreign
/// origin that is allowed and may read the answer; "": the server's own, or no browser.
std::string check_origin(const RequestHead& head, const AccessRules& rules);

/// Throws Problem 401 unless the request carries the token, where there is one.
void check_token(const RequestHead& head, const AccessRules& rules);

/// Takes as long wherever the texts differ.
bool equal_in_constant_time(std::string_view a, std::string_view b);

/// What a head must say of a body before that is read. Throws Problem: 400, 411 or 415.
void check_body(const RequestHead& head);

}  // namespace storyteller::serve
