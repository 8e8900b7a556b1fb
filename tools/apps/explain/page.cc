#include "tools/apps/explain/page.h"

#include <filesystem>

#include "core/text/number_format.h"
#include "tools/apps/explain/page_sections.h"
#include "tools/render/html.h"
#include "tools/render/page_parts.h"
#include "tools/render/report_style.h"

namespace storyteller::explain {
namespace {

const char* title_of(Level level) {
  return level == Level::kChild ? "How the computer found its sentence"
                                : "How the network came to its sentence";
}

std::string introduction(const PageOptions& options) {
  switch (options.level) {
    case Level::kChild:
      return "A computer program looked at a picture and said a sentence about it. It often makes "
             "mistakes. Here you can see how it does that.";
    case Level::kStudent:
      return "A neural network looked at a picture and said a sentence about it. This page follows "
             "it from the pixels to the last word: everything on it was computed for this picture.";
    case Level::kEngineer:
      break;
  }
  return "From the pixels to the last word, with the numbers of this picture and this model, and "
         "the "
         "equations under the names that they have in the code.";
}

std::string numbered_heading(const Lesson& lesson, std::size_t number) {
  return element("h2", "id=\"picture-" + std::to_string(number + 1) + "\"",
                 escape_html(std::filesystem::path(lesson.name).filename().string())) +
         "\n";
}

std::string head_of(const Lesson& lesson) {
  std::string says =
      element("p", "class=\"text\"", escape_html(lesson.text)) +
      paragraph("As the model says it: " + lesson.sentence, "soft") +
      paragraph(
          std::string("Verdict: ") + grade_words(lesson.assessment) +
              (lesson.assessment.confidence ? " (" + percent(*lesson.assessment.confidence, 0) + ")"
                                            : "") +
              ". Model " + lesson.model + (lesson.digits.empty() ? "" : ", " + lesson.digits),
          "soft");
  return element("div", "class=\"head card\"",
                 // The sentence stands beside it.
                 element("div", "", image_element(lesson.picture, "")) + element("div", "", says)) +
         "\n";
}

}  // namespace

std::string compared_section(const Lesson& lesson, const Lesson& other,
                             const PageOptions& options) {
  const bool engineer = options.level == Level::kEngineer;
  std::string out = heading(3, std::string(engineer ? "7" : "6") + ". Another network");
  out += paragraph("The same picture, told by " + other.model +
                   (other.sentence == lesson.sentence ? ": the same sentence." : ":"));
  out += element("p", "class=\"caption\"", escape_html(other.text));
  std::string rows;
  const auto row = [&](const char* name, const std::string& ours, const std::string& theirs) {
    rows += element("tr", "",
                    element("th", "scope=\"row\"", name) + element("td", "", escape_html(ours)) +
                        element("td", "", escape_html(theirs)));
  };
  const auto sure = [](const Lesson& one) {
    return one.assessment.confidence
               ? percent(*one.assessment.confidence, 0) + ", " + grade_words(one.assessment)
               : std::string("not known");
  };
  const auto agreement = [](const Lesson& one) {
    return one.agreement ? decimal(*one.agreement, 2) : std::string("none");
  };
  row("sentence", lesson.sentence, other.sentence);
  row("encoder", lesson.encoder, other.encoder);
  row("log-probability", decimal(lesson.found.front().log_probability, 2),
      decimal(other.found.front().log_probability, 2));
  row("how sure", sure(lesson), sure(other));
  row("subject", lesson.words[lesson.subject].text, other.words[other.subject].text);
  row("attention and covering agree", agreement(lesson), agreement(other));
  out += element("div",
                 "class=\"table card\" tabindex=\"0\" role=\"group\" aria-label=\"Two networks\"",
                 element("table", "",
                         "<thead><tr><th scope=\"col\">of</th><th scope=\"col\">the one above</th>"
                         "<th scope=\"col\">the other</th></tr></thead>" +
                             element("tbody", "", rows)));
  return out + subject_maps(other);
}

std::string page_begin(const PageOptions& options) {
  const std::string title = title_of(options.level);
  return page_head(title, std::string(kReportStyle) + std::string(kLessonStyle)) +
         "<body><main>\n" +
         element("header", "",
                 element("h1", "", title) + paragraph(introduction(options), "intro"));
}

std::string page_picture(const PictureLessons& lessons, const PageOptions& options,
                         std::size_t number) {
  const Lesson& lesson = lessons.lesson;
  std::string out = "<section aria-labelledby=\"picture-" + std::to_string(number + 1) + "\">\n" +
                    numbered_heading(lesson, number) + head_of(lesson) +
                    seen_section(lesson, options) + words_section(lesson, options) +
                    search_section(lesson, options) + covered_section(lesson, options) +
                    reasons_section(lesson, options);
  if (options.level == Level::kEngineer) out += equations_section(lesson);
  for (const Lesson& other : lessons.compared) out += compared_section(lesson, other, options);
  return out + "</section>\n";
}

std::string page_end(const PageOptions& options) {
  return element("footer", "",
                 "A program wrote this page. Made by " +
                     element("code", "", escape_html(options.command))) +
         "\n</main></body></html>\n";
}

}  // namespace storyteller::explain
