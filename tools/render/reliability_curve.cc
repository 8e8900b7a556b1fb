#include "tools/render/reliability_curve.h"

#include <algorithm>

#include "core/text/number_format.h"

namespace storyteller {
namespace {

// User units of the SVG; it scales with the page.
constexpr double kSide = 360, kLeft = 52, kTop = 14, kBottom = 46;

double x_of(double probability) { return kLeft + std::clamp(probability, 0.0, 1.0) * kSide; }
double y_of(double share) { return kTop + (1 - std::clamp(share, 0.0, 1.0)) * kSide; }

std::string number(double value) { return decimal(value, 1); }

std::string line(const char* css, double x1, double y1, double x2, double y2) {
  return "<line class=\"" + std::string(css) + "\" x1=\"" + number(x1) + "\" y1=\"" + number(y1) +
         "\" x2=\"" + number(x2) + "\" y2=\"" + number(y2) + "\"/>";
}

std::string text(double x, double y, const char* anchor, const std::string& content) {
  return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" text-anchor=\"" + anchor + "\">" +
         content + "</text>";
}

}  // namespace

std::string reliability_curve_svg(std::span<const HtmlReport::Section::Forecast> points) {
  if (points.empty()) return "";
  const double width = kLeft + kSide + 14, height = kTop + kSide + kBottom;
  std::string svg = "<svg class=\"curve\" style=\"max-width:26rem\" viewBox=\"0 0 " +
                    number(width) + " " + number(height) +
                    "\" role=\"img\" aria-label=\"Share of right captions by confidence\">";
  constexpr int kSteps = 4;
  for (int step = 0; step <= kSteps; ++step) {
    const double value = static_cast<double>(step) / kSteps;
    svg += line("grid", x_of(0), y_of(value), x_of(1), y_of(value));
    svg += text(kLeft - 8, y_of(value) + 4, "end", decimal(value, 2));
    svg += text(x_of(value), y_of(0) + 20, "middle", decimal(value, 2));
  }
  svg += line("grid", x_of(0), y_of(0), x_of(1), y_of(1));
  svg += text(x_of(0.5), height - 6, "middle", "confidence; upwards the share that was right");
  svg += "<polyline class=\"loss\" points=\"";
  for (const auto& point : points)
    svg += number(x_of(point.said)) + "," + number(y_of(point.right)) + " ";
  svg += "\"/>";
  for (const auto& point : points) {
    svg += "<circle class=\"loss\" r=\"3\" cx=\"" + number(x_of(point.said)) + "\" cy=\"" +
           number(y_of(point.right)) + "\"/>";
  }
  return svg + "</svg>";
}

}  // namespace storyteller
