#pragma once

#include <cstdint>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "tools/apps/serve/caption_request.h"

namespace storyteller::serve {

/// Words of a text, as far as they are counted for those who count them.
std::size_t words_in(const std::string& text);

/// What answers in other programs' shapes say beside those, under "storyteller": how sure the model
/// is, and what of the request changed nothing.
nlohmann::ordered_json remarks_on(const CaptionRequest& request, const PictureAnswer& answer);

/// `2026-03-04T05:06:07.123456789Z`.
std::string timestamp(std::int64_t nanoseconds);
/// Since 1970.
std::int64_t nanoseconds_now();

/// Why a caption ended, as both dialects call it: "stop" or "length".
const char* end_of(const PictureAnswer& answer);

}  // namespace storyteller::serve
