#pragma once

#include <string>

namespace storyteller {

/// A coordinate, in user units: one digit after the point.
std::string svg_number(double value);

/// `anchor` is SVG's text-anchor (start, middle, end); `content` is markup already. Empty `css`: no
/// class.
std::string svg_text(double x, double y, const char* anchor, const std::string& content,
                     const std::string& css = "");

}  // namespace storyteller
