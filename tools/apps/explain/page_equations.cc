// The equations of a step, and the sizes of what takes part.
#include "core/text/number_format.h"
#include "tools/apps/explain/equations.h"
#include "tools/apps/explain/page_sections.h"
#include "tools/render/html.h"
#include "tools/render/page_parts.h"

namespace storyteller::explain {

std::string equations_section(const Lesson& lesson) {
  std::string out = heading(3, "6. Step by step in equations");
  out += paragraph(
      "In the order of computation, under the names of the code. y is the word that was "
      "said last, h the state before the step and h' the one behind it; what is written "
      "W, U, L, M or E was learned.");
  std::string items;
  for (const Equation& equation : equations_of(lesson)) {
    items += element(
        "li", "class=\"card\"",
        element("h4", "style=\"display:inline\"", escape_html(equation.name)) + " " +
            element("code", "class=\"soft\"", escape_html(equation.file)) +
            [&] {
              // Line ends of the equations stay; all else is text.
              std::string lines;
              std::string_view rest = equation.says;
              while (!rest.empty()) {
                const std::size_t end = std::min(rest.find('\n'), rest.size());
                lines += (lines.empty() ? "" : "\n") + escape_html(rest.substr(0, end));
                rest.remove_prefix(std::min(end + 1, rest.size()));
              }
              return element("pre", "", lines);
            }() +
            paragraph("Out: " + equation.shape, "soft"));
  }
  out += element("ol", "class=\"equations\"", items) + "\n";
  std::string rows;
  std::size_t all = 0;
  for (const auto& [name, shape] : lesson.parameters) {
    all += static_cast<std::size_t>(shape.elements());
    rows += element(
        "tr", "",
        element("th", "scope=\"row\"", element("code", "", escape_html(name))) +
            element("td", "class=\"value\"", shape.to_string()) +
            element("td", "class=\"value\"", grouped(static_cast<std::size_t>(shape.elements()))));
  }
  return out +
         element("details", "",
                 element("summary", "", "What the decoder learned: " + grouped(all) + " numbers") +
                     element("div",
                             "class=\"table card\" tabindex=\"0\" role=\"group\" "
                             "aria-label=\"Parameters of the decoder\"",
                             element("table", "",
                                     "<thead><tr><th scope=\"col\">name</th><th class=\"value\" "
                                     "scope=\"col\">shape</th><th class=\"value\" "
                                     "scope=\"col\">numbers</th></tr></thead>" +
                                         element("tbody", "", rows)))) +
         "\n";
}

}  // namespace storyteller::explain
