#pragma once

#include <span>
#include <string>

#include "tools/render/html_report.h"

namespace storyteller {

/// An inline SVG: training loss against the left axis, validation CIDEr against the right one, the
/// best epoch marked. Colours come from the page's style (classes loss, cider, grid). Empty if
/// there is no finite value at all.
std::string loss_curve_svg(std::span<const HtmlReport::Epoch> curve);

}  // namespace storyteller
