#include "tools/render/svg.h"

#include "core/text/number_format.h"

namespace storyteller {

std::string svg_number(double value) { return decimal(value, 1); }

std::string svg_text(double x, double y, const char* anchor, const std::string& content,
                     const std::string& css) {
  std::string svg = "<text x=\"" + svg_number(x) + "\" y=\"" + svg_number(y) + "\" text-anchor=\"" +
                    anchor + "\"";
  if (!css.empty()) svg += " class=\"" + css + "\"";
  return svg + ">" + content + "</text>";
}

}  // namespace storyteller
