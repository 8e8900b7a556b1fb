#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/text/base64.h"

namespace storyteller {

/// `text` fit for element content and quoted attributes of an HTML page: & < > " ' become
/// references, bad UTF-8 and control characters become U+FFFD (line ends and tabs become spaces),
/// and the marks that reorder text (bidirectional overrides and isolates) are left out, so that a
/// caption can neither leave its element nor rearrange what stands around it.
std::string escape_html(std::string_view text);

/// A fixed number of digits after the point, in the C locale whatever the process's is; "–" for
/// what is not finite.
std::string decimal(double value, int digits);

/// A count with a comma between thousands: "12,000".
std::string grouped(std::size_t count);

}  // namespace storyteller
