#pragma once

#include <string>
#include <string_view>

#include "core/text/base64.h"

namespace storyteller {

/// Of pictures that pages carry within.
inline constexpr int kPageJpegQuality = 82;

/// `text` fit for element content and quoted attributes of an HTML page: & < > " ' become
/// references, bad UTF-8 and control characters become U+FFFD (line ends and tabs become spaces),
/// and the marks that reorder text (bidirectional overrides and isolates) are left out, so that a
/// caption can neither leave its element nor rearrange what stands around it.
std::string escape_html(std::string_view text);

}  // namespace storyteller
