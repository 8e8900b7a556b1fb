// What the search tried, kept and dropped.
#include "core/text/number_format.h"
#include "core/text/phrase.h"
#include "tools/apps/explain/page_sections.h"
#include "tools/render/html.h"
#include "tools/render/page_parts.h"

namespace storyteller::explain {
namespace {

std::string sentence_text(const Lesson& lesson, std::span<const std::int32_t> words) {
  std::string text;
  for (const std::int32_t word : words)
    text += (text.empty() ? "" : " ") + shown_word(lesson, word);
  return text.empty() ? "(start)" : text;
}

std::string row(const std::vector<std::string>& cells, const char* css = "") {
  std::string out = element("th", "scope=\"row\"", cells.front());
  for (std::size_t i = 1; i < cells.size(); ++i) out += element("td", "class=\"value\"", cells[i]);
  return element("tr", css, out);
}

std::string head(const std::vector<std::string>& cells) {
  std::string out = element("th", "scope=\"col\"", cells.front());
  for (std::size_t i = 1; i < cells.size(); ++i) {
    out += element("th", "class=\"value\" scope=\"col\"", cells[i]);
  }
  return element("thead", "", element("tr", "", out));
}

std::string table(const std::string& head, const std::string& rows, const std::string& name) {
  return element("div",
                 "class=\"table card\" tabindex=\"0\" role=\"group\" aria-label=\"" + name + "\"",
                 element("table", "", head + element("tbody", "", rows))) +
         "\n";
}

std::string found_table(const Lesson& lesson, const PageOptions& options) {
  const bool child = options.level == Level::kChild;
  std::string rows;
  for (const Caption& caption : lesson.found) {
    std::vector<std::string> cells = {sentence_text(lesson, caption.words) +
                                      (caption.finished ? "" : " (cut)")};
    if (!child) cells.push_back(decimal(caption.log_probability, 3));
    cells.push_back(decimal(caption.score, 3));
    rows += row(cells);
  }
  return table(
      child ? head({"sentence", "points"}) : head({"sentence", "log-probability", "score"}), rows,
      "Sentences that ended");
}

std::string step_tables(const Lesson& lesson) {
  std::string out;
  for (std::size_t t = 0; t < lesson.steps.size(); ++t) {
    const SearchStep& step = lesson.steps[t];
    std::string rows;
    for (const Branch& branch : step.branches) {
      rows += row({sentence_text(lesson, step.sayings[branch.row].said) + " <strong>" +
                       shown_word(lesson, branch.word) + "</strong>",
                   decimal(branch.log_probability - step.sayings[branch.row].log_probability, 3),
                   decimal(branch.log_probability, 3), branch.kept ? "kept" : "dropped"});
    }
    const std::string name = "Step " + std::to_string(t + 1);
    out += heading(4, name);
    out +=
        table(head({"sentence and next word", "log-probability of the word", "of all words", ""}),
              rows, name + " of the search");
  }
  return out;
}

std::string how_it_searches(const Lesson& lesson) {
  const SearchOptions& search = lesson.search;
  std::string text =
      "The search keeps the " + std::to_string(search.beam) +
      (search.beam == 1 ? " best beginning" : " best beginnings") +
      " of a sentence, asks the network for the next word of each, and drops all but the best "
      "again. Under each word stands the log-probability of the sentence up to it";
  if (search.length_penalty > 0) {
    text +=
        "; sentences that ended are compared by their score, which divides it by length to the "
        "power of " +
        decimal(search.length_penalty, 2) + ", since long sentences are less probable";
  }
  if (search.diverse > 1) {
    text += ". It does so in " + std::to_string(search.diverse) +
            " groups, of which each avoids what those before it said";
  }
  return text +
         ". The way to the sentence is marked; what has a pale frame was dropped, and of "
         "that the four best are drawn.";
}

}  // namespace

std::string search_section(const Lesson& lesson, const PageOptions& options) {
  std::string out = heading(3, "3. What it tried");
  if (options.level == Level::kChild) {
    out += paragraph(
        "The computer did not try one sentence alone. These are the ones that it "
        "brought to an end. The first has the most points, and won.");
    return out + found_table(lesson, options);
  }
  out += paragraph(how_it_searches(lesson));
  const std::string tree = tree_svg(lesson);
  if (!tree.empty()) {
    out += element("div",
                   "class=\"tree scroll card\" tabindex=\"0\" role=\"group\" aria-label=\"Tree of "
                   "the search\"",
                   tree) +
           "\n";
  }
  out += paragraph("Sentences that ended, the best score first:");
  out += found_table(lesson, options);
  if (options.steps) out += step_tables(lesson);
  return out;
}

}  // namespace storyteller::explain
