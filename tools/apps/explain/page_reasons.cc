// How sure the model is, and by which signals.
#include <algorithm>
#include <array>
#include <cmath>

#include "core/text/number_format.h"
#include "tools/apps/explain/page_sections.h"
#include "tools/render/html.h"
#include "tools/render/page_parts.h"

namespace storyteller::explain {
namespace {

struct SignalText {
  std::string_view name, says;
};
constexpr std::array kSignals = {
    SignalText{"mean_log_probability", "how readily the words came (log-probability a word)"},
    SignalText{"agreement", "share of the most similar training pictures that show the subject"},
    SignalText{"likeness", "likeness to the most similar training pictures (cosine)"},
    SignalText{"remoteness", "how much less like them it is than pictures usually are"},
    SignalText{"active", "share of the features that say something"},
    SignalText{"spread", "how much the features differ over the picture"},
    SignalText{"norm", "how strong the features are"}};

std::string says(const std::string& signal) {
  const auto known =
      std::ranges::find_if(kSignals, [&](const SignalText& text) { return text.name == signal; });
  return std::string(known == kSignals.end() ? std::string_view(signal) : known->says);
}

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

std::string signed_decimal(double value) { return (value < 0 ? "" : "+") + decimal(value, 2); }

std::string shares_table(const std::vector<SignalShare>& shares, double bias,
                         const std::string& name) {
  const auto cells = [](const std::string& first, const std::string& value, const std::string& adds,
                        const std::string& then) {
    return element("tr", "",
                   element("th", "scope=\"row\"", first) + element("td", "class=\"value\"", value) +
                       element("td", "class=\"value\"", adds) +
                       element("td", "class=\"value\"", then));
  };
  double sum = bias;
  std::string rows = cells("a usual picture", "", signed_decimal(bias), percent(sigmoid(sum), 0));
  for (const SignalShare& share : shares) {
    sum += share.adds;
    rows += cells(escape_html(says(share.name)), decimal(share.value, 3),
                  signed_decimal(share.adds), percent(sigmoid(sum), 0));
  }
  const std::string head =
      "<thead><tr><th scope=\"col\">signal</th><th class=\"value\" scope=\"col\">value</th>"
      "<th class=\"value\" scope=\"col\">adds to log-odds</th><th class=\"value\" scope=\"col\">" +
      escape_html(name) + " with it</th></tr></thead>";
  return element("div",
                 "class=\"table card\" tabindex=\"0\" role=\"group\" aria-label=\"Signals of " +
                     escape_html(name) + "\"",
                 element("table", "", head + element("tbody", "", rows))) +
         "\n";
}

std::string kinds_text_of(const Reasons& reasons) {
  constexpr std::size_t kShown = 4;
  std::string text;
  for (std::size_t i = 0; i < std::min(kShown, reasons.kinds.size()); ++i) {
    text += (text.empty() ? "" : ", ") + reasons.kinds[i].name + " in " +
            std::to_string(reasons.kinds[i].pictures);
  }
  return text.empty() ? "nothing that people agreed on" : text;
}

}  // namespace

std::string reasons_section(const Lesson& lesson, const PageOptions& options) {
  std::string out = heading(3, "5. How sure it is");
  if (!lesson.reasons) {
    return out + paragraph(
                     "This model was not calibrated: it cannot tell how sure it is, and its "
                     "sentence counts as unsure. storyteller calibrate makes a model that can.");
  }
  const Reasons& reasons = *lesson.reasons;
  const std::string neighbours = std::to_string(reasons.neighbours);
  const Assessment& assessment = lesson.assessment;
  out += paragraph(std::string("Verdict: ") + grade_words(assessment) +
                   ". That the subject is right: " + percent(*assessment.confidence, 0) +
                   "; that this is a photograph: " + percent(*assessment.photo, 0) + ".");
  out += paragraph("People described the pictures of the training. In the " + neighbours +
                   " most similar ones they saw: " + kinds_text_of(reasons) + "." +
                   (reasons.subject_kind.empty()
                        ? " The sentence names nothing of the kinds that are counted."
                        : " The sentence is about: " + reasons.subject_kind + "."));
  if (options.level == Level::kChild) return out;
  out += paragraph(
      "The verdict does not come from the decoder alone, which is as fluent about nothing: it "
      "weighs "
      "a few signals, by weights that were fitted on pictures that people had described. Each "
      "row moves the probability from that of the row above.");
  out += shares_table(reasons.confidence, reasons.confidence_bias, "confidence");
  if (options.level == Level::kEngineer) {
    out += paragraph("Whether it is a photograph at all:");
    out += shares_table(reasons.photo, reasons.photo_bias, "photo");
  }
  return out;
}

}  // namespace storyteller::explain
