// What the encoder sees.
#include "core/text/number_format.h"
#include "tools/apps/explain/page_sections.h"
#include "tools/render/change_overlay.h"
#include "tools/render/html.h"
#include "tools/render/page_parts.h"

namespace storyteller::explain {
namespace {

std::string times(std::int64_t a, std::int64_t b) {
  return std::to_string(a) + " × " + std::to_string(b);
}

bool is_cut(const Lesson& lesson) {
  const PixelBox box = visible_of(lesson, lesson.picture);
  return box.width + 1 < lesson.picture.width || box.height + 1 < lesson.picture.height;
}

std::string way_to_the_input(const Lesson& lesson) {
  const Preprocessing& preprocessing = lesson.preprocessing;
  const std::string input = times(preprocessing.width, preprocessing.height);
  std::string way = "The picture has " + times(lesson.width, lesson.height) + " pixels. ";
  if (preprocessing.resize == Preprocessing::Resize::kStretch) {
    return way + "It is stretched to " + input + ".";
  }
  way += "Its shorter side is brought to " + std::to_string(preprocessing.short_side) +
         " pixels, and the middle " + input + " are cut out";
  return way + (is_cut(lesson) ? ": what is dark here, the network never sees." : ".");
}

}  // namespace

std::string seen_section(const Lesson& lesson, const PageOptions& options) {
  const std::string grid = times(lesson.grid_rows, lesson.grid_columns);
  const std::string regions = std::to_string(lesson.grid_rows * lesson.grid_columns);
  std::string out = heading(3, "1. What the network sees");
  if (options.level == Level::kChild) {
    out += paragraph("The computer makes the picture small and lays a grid of " + grid +
                     " fields over it. It does not know what a dog or a tree is. For each field it "
                     "works out a long list of numbers: is there an edge, something round, fur, "
                     "grass?");
    if (is_cut(lesson)) out += paragraph("What is dark in the picture below, it never sees.");
  } else {
    out += paragraph(way_to_the_input(lesson) + " The encoder, " + lesson.encoder +
                     ", divides that into " + grid + " = " + regions +
                     " regions and describes each by " +
                     grouped(static_cast<std::size_t>(lesson.feature_width)) +
                     " numbers. All that follows is made of these.");
    if (!lesson.concepts.empty()) {
      std::string seen;
      for (const std::string& one : lesson.concepts) seen += (seen.empty() ? "" : ", ") + one;
      out += paragraph(
          "Beside its regions it names what it detects in the picture as a whole: " + seen + ".");
    }
  }
  const Image shown =
      grid_overlay(lesson.picture, static_cast<int>(lesson.grid_rows),
                   static_cast<int>(lesson.grid_columns), visible_of(lesson, lesson.picture));
  return out +
         element("figure", "class=\"seen\"",
                 image_element(shown, "The picture under a grid of " + grid + " regions")) +
         "\n";
}

}  // namespace storyteller::explain
