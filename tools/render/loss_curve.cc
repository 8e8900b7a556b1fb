#include "tools/render/loss_curve.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/text/number_format.h"
#include "tools/render/svg.h"

namespace storyteller {
namespace {

// User units of the SVG; it scales with the page.
constexpr double kWidth = 720, kHeight = 400;
constexpr double kLeft = 52, kRight = 52, kTop = 40, kBottom = 46;

struct Point {
  double x, y;
};

/// A range of values and the round steps that cover it.
struct Axis {
  double low = 0, high = 1, step = 1;
  int digits = 0;

  double fraction(double value) const { return (value - low) / (high - low); }
};

/// About `wanted` steps of 1, 2 or 5 times a power of ten (P. Heckbert, "Nice numbers for graph
/// labels", 1990).
Axis axis_over(double least, double most, int wanted) {
  if (most - least < 1e-9) most = least + std::max(1e-3, std::abs(least) * 0.1);
  const double raw = (most - least) / wanted;
  const double power = std::pow(10, std::floor(std::log10(raw)));
  const double ratio = raw / power;
  const double step = power * (ratio < 1.5 ? 1 : ratio < 3 ? 2 : ratio < 7 ? 5 : 10);
  return {.low = std::floor(least / step + 1e-9) * step,
          .high = std::ceil(most / step - 1e-9) * step,
          .step = step,
          .digits = std::max(0, static_cast<int>(-std::floor(std::log10(step) + 1e-9)))};
}

Axis axis_of(const std::vector<Point>& points) {
  const auto [least, most] = std::minmax_element(
      points.begin(), points.end(), [](const Point& a, const Point& b) { return a.y < b.y; });
  return axis_over(least->y, most->y, 5);
}

std::vector<Point> finite_points(std::span<const HtmlReport::Epoch> curve,
                                 double HtmlReport::Epoch::*member) {
  std::vector<Point> points;
  for (const HtmlReport::Epoch& epoch : curve) {
    if (std::isfinite(epoch.epoch) && std::isfinite(epoch.*member)) {
      points.push_back({epoch.epoch, epoch.*member});
    }
  }
  return points;
}

double x_of(const Axis& axis, double value) {
  return kLeft + axis.fraction(value) * (kWidth - kLeft - kRight);
}

double y_of(const Axis& axis, double value) {
  return kHeight - kBottom - axis.fraction(value) * (kHeight - kTop - kBottom);
}

std::string vertical_axis(const Axis& axis, bool left, const char* css) {
  std::string svg;
  const auto steps = static_cast<int>(std::lround((axis.high - axis.low) / axis.step));
  for (int i = 0; i <= steps; ++i) {
    const double value = axis.low + i * axis.step;
    const double y = y_of(axis, value);
    if (left) {
      svg += "<line class=\"grid\" x1=\"" + svg_number(kLeft) + "\" x2=\"" +
             svg_number(kWidth - kRight) + "\" y1=\"" + svg_number(y) + "\" y2=\"" + svg_number(y) +
             "\"/>";
    }
    svg += svg_text(left ? kLeft - 8 : kWidth - kRight + 8, y + 4, left ? "end" : "start",
                    decimal(value, axis.digits), css);
  }
  return svg;
}

/// From the first epoch to the last, at least one wide; a label at every round number of epochs.
Axis epochs_over(double first, double last) {
  const double low = std::floor(std::min(first, last - 1)), high = std::ceil(last);
  const Axis round = axis_over(low, high, 10);
  return {.low = low, .high = high, .step = std::max(1.0, round.step), .digits = 0};
}

std::string epoch_axis(const Axis& axis) {
  std::string svg;
  for (double value = std::ceil(axis.low / axis.step) * axis.step; value <= axis.high;
       value += axis.step) {
    svg += svg_text(x_of(axis, value), kHeight - kBottom + 20, "middle", decimal(value, 0));
  }
  return svg + svg_text((kLeft + kWidth - kRight) / 2, kHeight - 6, "middle", "epoch");
}

std::string line(const std::vector<Point>& points, const Axis& x, const Axis& y, const char* css) {
  std::string svg = std::string("<polyline class=\"") + css + "\" points=\"";
  for (const Point& p : points) {
    svg += svg_number(x_of(x, p.x)) + "," + svg_number(y_of(y, p.y)) + " ";
  }
  svg += "\"/>";
  constexpr std::size_t kMostDots = 40;
  if (points.size() > kMostDots) return svg;
  for (const Point& p : points) {
    svg += std::string("<circle class=\"") + css + "\" r=\"3\" cx=\"" + svg_number(x_of(x, p.x)) +
           "\" cy=\"" + svg_number(y_of(y, p.y)) + "\"/>";
  }
  return svg;
}

std::string best_mark(const std::vector<Point>& points, const Axis& x, const Axis& y) {
  const Point best = *std::max_element(points.begin(), points.end(),
                                       [](const Point& a, const Point& b) { return a.y < b.y; });
  const double left = x_of(x, best.x);
  const char* anchor = left > kWidth * 0.8 ? "end" : left < kWidth * 0.2 ? "start" : "middle";
  return "<circle class=\"best\" r=\"6.5\" cx=\"" + svg_number(left) + "\" cy=\"" +
         svg_number(y_of(y, best.y)) + "\"/>" +
         svg_text(left, y_of(y, best.y) - 12, anchor, "best " + decimal(best.y, 3), "cider strong");
}

}  // namespace

std::string loss_curve_svg(std::span<const HtmlReport::Epoch> curve) {
  const std::vector<Point> loss = finite_points(curve, &HtmlReport::Epoch::train_loss);
  const std::vector<Point> cider = finite_points(curve, &HtmlReport::Epoch::validation_cider);
  if (loss.empty() && cider.empty()) return "";
  double first = loss.empty() ? cider.front().x : loss.front().x;
  double last = first;
  for (const auto* points : {&loss, &cider}) {
    for (const Point& p : *points) {
      first = std::min(first, p.x);
      last = std::max(last, p.x);
    }
  }
  const Axis x = epochs_over(first, last);

  std::string svg = "<svg class=\"curve\" viewBox=\"0 0 " + decimal(kWidth, 0) + " " +
                    decimal(kHeight, 0) +
                    "\" role=\"img\" aria-label=\"Training loss and validation CIDEr by epoch\">";
  svg += epoch_axis(x);
  if (!loss.empty()) {
    const Axis y = axis_of(loss);
    svg += vertical_axis(y, true, "loss");
    svg += line(loss, x, y, "loss");
    svg += svg_text(kLeft - 40, 16, "start", "\u25CF training loss (nats per word)", "loss strong");
  }
  if (!cider.empty()) {
    const Axis y = axis_of(cider);
    svg += vertical_axis(y, loss.empty(), "cider");
    svg += line(cider, x, y, "cider");
    svg += best_mark(cider, x, y);
    svg += svg_text(kWidth - kRight + 40, 16, "end", "\u25CF validation CIDEr", "cider strong");
  }
  return svg + "</svg>";
}

}  // namespace storyteller
