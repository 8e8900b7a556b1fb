#pragma once

#include <span>
#include <string>

#include "tools/render/html_report.h"

namespace storyteller {

/// An inline SVG: the share that came true over the probability that was said, and the diagonal on
/// which the two are one. Colours come from the page's style. Empty of no points.
std::string reliability_curve_svg(std::span<const HtmlReport::Section::Forecast> points);

}  // namespace storyteller
