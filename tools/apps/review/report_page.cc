#include "tools/apps/review/report_page.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/text/ascii.h"
#include "core/text/number_format.h"
#include "tools/render/html.h"
#include "tools/render/report_style.h"

namespace storyteller::review {
namespace {

std::string number(std::int64_t count) { return grouped(static_cast<size_t>(count)); }

std::string summary_of(const Figures& figures) {
  const std::array<std::pair<const char*, std::int64_t>, 8> cells = {
      {{"Pictures", figures.scanned},
       {"To review", figures.flagged},
       {"Proposed to reject", figures.proposed},
       {"Sampled besides", figures.sampled},
       {"Waiting", figures.waiting},
       {"Passed", figures.passed},
       {"Rejected", figures.rejected},
       {"Escalated", figures.escalated}}};
  std::string out = "<dl class=\"card summary\">";
  for (const auto& [name, count] : cells) {
    out += std::string("<div><dt>") + name + "</dt><dd>" + number(count) + "</dd></div>";
  }
  return out + "</dl>\n";
}

std::string share_cell(const Share& share) {
  if (share.of == 0) return "<td class=\"value\">–</td>";
  return "<td class=\"value\"><b>" + decimal(share.value(), 2) + "</b><small>" +
         decimal(share.low(), 2) + " to " + decimal(share.high(), 2) + ", of " + number(share.of) +
         "</small></td>";
}

std::string rules_table(const Figures& figures) {
  const bool proposals = std::any_of(figures.rules.begin(), figures.rules.end(),
                                     [](const RuleFigures& rule) { return rule.proposed > 0; });
  std::string out =
      "<h2>Rules</h2>\n<p class=\"note\">Upheld: of the decided pictures that a rule found, those "
      "that people did not pass, with an interval of 95 %. False reviews: pictures of 1,000 that "
      "it "
      "sends to a person who passes them; at most so many, where nothing was decided yet.</p>\n"
      "<div class=\"card table\" tabindex=\"0\" role=\"region\" aria-label=\"Rules\"><table>"
      "<thead><tr><th scope=\"col\">Rule</th><th scope=\"col\" class=\"value\">Found</th>"
      "<th scope=\"col\" class=\"value\">Upheld</th>";
  if (proposals) out += "<th scope=\"col\" class=\"value\">Rejected, of proposed</th>";
  out += "<th scope=\"col\" class=\"value\">False reviews</th></tr></thead><tbody>";
  for (const RuleFigures& rule : figures.rules) {
    const Expected expected = expected_of(rule, figures.scanned);
    out += "<tr><th scope=\"row\">" + escape_html(rule.id) +
           (rule.why.empty() ? "" : "<small>" + escape_html(rule.why) + "</small>") +
           "</th><td class=\"value\">" + number(rule.flagged) + "</td>" + share_cell(rule.upheld) +
           (proposals ? share_cell(rule.rejected) : "") + "<td class=\"value\">" +
           (expected.bounded ? "≤ " : "") + decimal(expected.false_reviews, 0) + "</td></tr>";
  }
  return out + "</tbody></table></div>\n";
}

std::string people(const Figures& figures) {
  std::string out = "<h2>People</h2>\n<div class=\"card plain\"><ul>";
  const auto item = [&](const std::string& text) { out += "<li>" + escape_html(text) + "</li>"; };
  item("Missed, of the sample that no rule found and people decided: " + figures.missed.in_words() +
       ".");
  std::string overturned;
  for (const std::int64_t picture : figures.overturned) {
    overturned += (overturned.empty() ? " " : ", ") + std::to_string(picture);
  }
  item("Overturned, proposed to reject and passed by a person: " +
       number(static_cast<std::int64_t>(figures.overturned.size())) +
       (overturned.empty() ? "." : ", picture" + overturned + "."));
  item(figures.second_looks == 0 ? "No picture was decided by two people."
                                 : number(figures.second_looks) + " decided by two people" +
                                       (figures.kappa ? "; agreement beyond chance (kappa) " +
                                                            decimal(*figures.kappa, 2) + "."
                                                      : "; too alike for a kappa."));
  for (const RuleFigures& rule : figures.rules) {
    std::string subjects;
    for (const auto& [subject, count] : rule.passed_subjects) {
      subjects += (subjects.empty() ? "" : ", ") + subject + " " + number(count);
    }
    if (!subjects.empty()) {
      item("Passed though the classifier of " + rule.id +
           " found them, by what they show: " + subjects + ".");
    }
  }
  if (figures.seconds_each) {
    item("A decision took " + decimal(*figures.seconds_each, 0) + " s (median).");
  }
  return out + "</ul></div>\n";
}

std::string mark(const PictureCase& what) {
  if (what.verdict == "reject") return "<span class=\"mark reject\">rejected</span>";
  if (what.verdict == "pass") return "<span class=\"mark pass\">passed</span>";
  if (what.verdict == "escalate") return "<span class=\"mark\">escalated</span>";
  return what.proposes ? "<span class=\"mark reject\">reject?</span>"
                       : "<span class=\"mark\">waits</span>";
}

std::string rules_named(const PictureCase& what) {
  std::string named;
  for (const Finding& finding : what.findings) {
    if (finding.flagged) named += (named.empty() ? "" : ", ") + finding.rule;
  }
  return named.empty() ? "nothing found" : "found by " + named;
}

std::string details_of(const PictureCase& what) {
  std::string out = "<p>" + escape_html(what.text) + "</p><ul>";
  for (const Finding& finding : what.findings) {
    out += "<li>" + escape_html(finding.in_words()) + "</li>";
  }
  for (const Dropped& dropped : what.dropped) {
    out += "<li>" +
           escape_html(dropped.rule + ": \"" + dropped.words +
                       "\" does not count: " + dropped.reason) +
           "</li>";
  }
  for (const Decision& decision : what.decisions) {
    out += "<li>" +
           escape_html(decision.verdict + " by " + decision.by + ", " + decision.at + ": " +
                       decision.reason + (decision.undone ? " (undone)" : "")) +
           "</li>";
  }
  return out + "</ul><p class=\"name\">" + escape_html(what.path) + "</p>";
}

std::string card(const ReportPicture& picture) {
  const PictureCase& what = picture.what;
  const std::string id = std::to_string(what.id);
  const std::string alt = "Picture " + id + ", blurred: " + without_words(what.text, what.findings);
  std::string out = "<li class=\"card picture\"><h3>Picture " + id + " " + mark(what) +
                    "</h3><p class=\"rules\">" + escape_html(rules_named(what)) +
                    "</p><details><summary>Show picture " + id + " and why</summary>" +
                    details_of(what) + "</details><div class=\"frame\">";
  if (picture.jpeg.empty()) {
    out += "<p class=\"gone\">The picture cannot be read any more.</p>";
  } else {
    out += "<img width=\"" + std::to_string(picture.width) + "\" height=\"" +
           std::to_string(picture.height) + "\" alt=\"" + escape_html(alt) +
           "\" src=\"data:image/jpeg;base64," + base64(picture.jpeg) + "\">";
  }
  return out + "</div></li>\n";
}

std::string list(const std::vector<std::string>& items) {
  std::string out = "<ul>";
  for (const std::string& item : items) out += "<li>" + escape_html(item) + "</li>";
  return out + "</ul>";
}

std::string policy_lines(const std::string& text) {
  std::string out;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    out += escape_html(std::string_view(text).substr(begin, end - begin)) + "\n";
    begin = end + 1;
  }
  return out;
}

}  // namespace

std::vector<std::string> blind_spots(const ClassifierKeys& classifiers) {
  std::string named;
  for (const auto& [file, key] : classifiers) {
    named += named.empty() ? "" : ", ";
    named.append(file).append(" (").append(key).append(")");
  }
  return {
      named.empty()
          ? "There is no classifier of nudity or violence in this review: rules see words alone, "
            "those that the model says, that its detector knows, and that stand in the file as "
            "keywords."
          : "A classifier knows what it was trained for: " + named +
                ". One of nudity sees neither violence nor text, hardly drawings, and takes some "
                "sport, swimming and sleeping for it. All other rules see words alone.",
      "What the model has no word for, or does not say, is not found: it says one sentence's worth "
      "of a picture. The sample above measures how much is missed.",
      "Text within pictures is not read; drawings, screenshots and memes are described badly.",
      "Who somebody is, how old, and whether they agreed to be shown, no rule can tell."};
}

std::string without_words(const std::string& text, const std::vector<Finding>& findings) {
  std::string out = text;
  for (const Finding& finding : findings) {
    if (!finding.flagged || finding.words.empty()) continue;
    std::string lower = lower_case(out);
    for (size_t at = lower.find(finding.words); at != std::string::npos;
         at = lower.find(finding.words, at)) {
      const std::string_view mark = "…";
      out.replace(at, finding.words.size(), mark);
      lower.replace(at, finding.words.size(), mark);
      at += mark.size();
    }
  }
  return out;
}

std::string report_page(const Report& report) {
  const Figures& figures = report.figures;
  const std::string title = "Review: " + figures.policy_name;
  std::string out =
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; "
      "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
      "<meta name=\"referrer\" content=\"no-referrer\"><title>" +
      escape_html(title) + "</title><style>" + std::string(kReportStyle) +
      std::string(kReviewStyle) + "</style></head>\n<body><main>\n<h1>" + escape_html(title) +
      "</h1>\n<p class=\"intro\">A machine proposes, a person decides. Pictures are blurred until "
      "they are asked for; nothing was changed, moved or deleted.</p>\n";
  out += summary_of(figures) + rules_table(figures) + people(figures);
  out += "<h2>Pictures</h2>\n";
  if (report.pictures.empty()) {
    out += "<p class=\"card plain\">No rule found anything.</p>\n";
  } else {
    out += "<ul class=\"pictures\">\n";
    for (const ReportPicture& picture : report.pictures) out += card(picture);
    out += "</ul>\n";
  }
  if (report.left_out > 0) {
    out += "<p>" + number(report.left_out) + " more; --limit shows them.</p>\n";
  }
  out += "<h2>What it cannot see</h2>\n<div class=\"card plain\">" +
         list(blind_spots(figures.classifiers));
  if (!report.notes.empty()) out += "<p>Of this policy:</p>" + list(report.notes);
  out += "</div>\n<h2>Policy</h2>\n<details class=\"card plain\"><summary>" +
         escape_html(figures.policy_name) + "</summary><pre>" + policy_lines(figures.policy_text) +
         "</pre></details>\n";
  std::string models;
  for (const std::string& model : figures.models) models += (models.empty() ? "" : ", ") + model;
  out += "<footer><p>" +
         escape_html("storyteller " + report.version + ", " + report.made_at + "; model " + models +
                     "; policy SHA-256 " + figures.policy_sha256 + "; log of " +
                     std::to_string(figures.log_entries) + " entries, the last one " +
                     figures.log_hash + ".") +
         "</p></footer>\n</main></body></html>\n";
  return out;
}

}  // namespace storyteller::review
