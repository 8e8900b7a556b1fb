#pragma once

#include <string_view>

namespace storyteller {

/// The script of the rating page. It reads its data from the element #sheet (JSON, see
/// rating_page.cc) and knows nothing of systems.
extern const std::string_view kRatingScript;

/// Its SHA-256 in base64, which the page's content security policy names: nothing else runs.
extern const std::string_view kRatingScriptHash;

}  // namespace storyteller
