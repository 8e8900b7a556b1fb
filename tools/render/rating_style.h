#pragma once

#include <string_view>

namespace storyteller {

/// What the rating page adds to kReportStyle.
extern const std::string_view kRatingStyle;

}  // namespace storyteller
