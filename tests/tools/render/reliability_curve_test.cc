#include "tools/render/reliability_curve.h"

#include <gtest/gtest.h>

namespace storyteller::reliability_curve_test {
namespace {

TEST(ReliabilityCurve, DrawsAPointForEachBin) {
  EXPECT_EQ(reliability_curve_svg({}), "");
  const std::vector<HtmlReport::Section::Forecast> points = {{0, 0}, {0.5, 0.25}, {1, 2}};
  const std::string svg = reliability_curve_svg(points);
  EXPECT_TRUE(svg.starts_with("<svg "));
  EXPECT_TRUE(svg.ends_with("</svg>"));
  // Left and bottom, the middle, and what is above all cut at the top.
  EXPECT_NE(svg.find("points=\"52.0,374.0 232.0,284.0 412.0,14.0 \""), std::string::npos) << svg;
}

}  // namespace
}  // namespace storyteller::reliability_curve_test
