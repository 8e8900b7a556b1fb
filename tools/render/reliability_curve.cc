#include "tools/render/reliability_curve.h"

#include <algorithm>

#include "core/text/number_format.h"
#include "tools/render/svg.h"

namespace storyteller {
namespace {

// User units of the SVG; it scales with the page.
constexpr double kSquare = 360, kSquareLeft = 52, kSquareTop = 14, kSquareBottom = 46;

double x_of(double probability) {
  return kSquareLeft + std::clamp(probability, 0.0, 1.0) * kSquare;
}
double y_of(double share) { return kSquareTop + (1 - std::clamp(share, 0.0, 1.0)) * kSquare; }

std::string line(const char* css, double x1, double y1, double x2, double y2) {
  return "<line class=\"" + std::string(css) + "\" x1=\"" + svg_number(x1) + "\" y1=\"" +
         svg_number(y1) + "\" x2=\"" + svg_number(x2) + "\" y2=\"" + svg_number(y2) + "\"/>";
}

}  // namespace

std::string reliability_curve_svg(std::span<const HtmlReport::Section::Forecast> points) {
  if (points.empty()) return "";
  const double width = kSquareLeft + kSquare + 14, height = kSquareTop + kSquare + kSquareBottom;
  std::string svg = "<svg class=\"curve\" style=\"max-width:26rem\" viewBox=\"0 0 " +
                    svg_number(width) + " " + svg_number(height) +
                    "\" role=\"img\" aria-label=\"Share of right captions by confidence\">";
  constexpr int kSteps = 4;
  for (int step = 0; step <= kSteps; ++step) {
    const double value = static_cast<double>(step) / kSteps;
    svg += line("grid", x_of(0), y_of(value), x_of(1), y_of(value));
    svg += svg_text(kSquareLeft - 8, y_of(value) + 4, "end", decimal(value, 2));
    svg += svg_text(x_of(value), y_of(0) + 20, "middle", decimal(value, 2));
  }
  svg += line("grid", x_of(0), y_of(0), x_of(1), y_of(1));
  svg += svg_text(x_of(0.5), height - 6, "middle", "confidence; upwards the share that was right");
  svg += "<polyline class=\"loss\" points=\"";
  for (const auto& point : points)
    svg += svg_number(x_of(point.said)) + "," + svg_number(y_of(point.right)) + " ";
  svg += "\"/>";
  for (const auto& point : points) {
    svg += "<circle class=\"loss\" r=\"3\" cx=\"" + svg_number(x_of(point.said)) + "\" cy=\"" +
           svg_number(y_of(point.right)) + "\"/>";
  }
  return svg + "</svg>";
}

}  // namespace storyteller
