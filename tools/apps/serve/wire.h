#pragma once

#include <cstdint>
#include <string>

#include "tools/apps/serve/http_message.h"

namespace storyteller::serve {

struct WireOptions {
  bool keep_alive = true;
  bool head = false;      ///< a request of HEAD: its answer has no body
  bool http_1_0 = false;  ///< which knows no chunks: a stream then ends with the connection
  std::string date = {};  ///< "": none is said
};

/// An answer as it goes over the wire (RFC 9112), with what every answer carries: no sniffing, no
/// referrer, no cache, no other origin; nothing that it loads is run unless it says so itself.
std::string wire_text(const Response& response, const WireOptions& options);

/// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7).
std::string http_date(std::int64_t seconds);

}  // namespace storyteller::serve
