#pragma once

#include <string_view>

namespace storyteller {

/// The style sheet of the HTML report: system fonts, colours as variables for light, dark and
/// paper.
extern const std::string_view kReportStyle;

}  // namespace storyteller
