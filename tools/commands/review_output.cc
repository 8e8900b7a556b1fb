#include "tools/commands/review_output.h"

#include <cmath>
#include <string>

#include "core/text/json_name.h"
#include "core/text/number_format.h"
#include "tools/commands/album_output.h"

namespace storyteller {
namespace {

using Json = nlohmann::ordered_json;

Json rounded_number(const std::optional<double>& value) {
  return value ? Json(std::round(*value * 1e4) / 1e4) : Json(nullptr);
}

/// What a picture is to be, or was decided to be.
std::string mark_of(const review::PictureCase& what) {
  if (!what.verdict.empty()) return what.verdict;
  return what.proposes ? "reject?" : "look";
}

std::string evidence_of(const review::PictureCase& what) {
  std::string evidence;
  for (const review::Finding& finding : what.findings) {
    if (finding.flagged) evidence += (evidence.empty() ? "" : "; ") + finding.in_words();
  }
  return evidence.empty() ? "no rule found anything" : evidence;
}

}  // namespace

Json case_json(const review::PictureCase& what) {
  Json json;
  json["id"] = what.id;
  set_name(json, "image", what.path);
  if (!what.why_bad.empty()) {
    json["error"] = what.why_bad;
    return json;
  }
  json["caption"] = what.caption;
  json["text"] = what.text;
  json["confidence"] = rounded_number(what.confidence);
  json["grade"] = grade_name(what.grade);
  json["photo"] = rounded_number(what.photo);
  json["model"] = what.model;
  json["review"] = what.flagged;
  json["proposal"] = what.proposes ? Json("reject") : Json(nullptr);
  json["evidence"] = Json::array();
  for (const review::Finding& finding : what.findings) {
    Json one = {{"rule", finding.rule},
                {"score", rounded_number(finding.score)},
                {"threshold", rounded_number(finding.threshold)},
                {"flagged", finding.flagged},
                {"source", review::name_of(finding.witness)}};
    if (!finding.words.empty()) {
      one["words"] = finding.words;
    }
    if (!finding.sentence.empty()) {
      one["sentence"] = finding.sentence;
      one["span"] = {finding.begin, finding.end};
    }
    json["evidence"].push_back(std::move(one));
  }
  json["dropped"] = Json::array();
  for (const review::Dropped& dropped : what.dropped) {
    json["dropped"].push_back({{"rule", dropped.rule},
                               {"source", review::name_of(dropped.witness)},
                               {"words", dropped.words},
                               {"sentence", dropped.sentence},
                               {"reason", dropped.reason}});
  }
  json["decision"] = what.verdict.empty() ? Json(nullptr) : Json(what.verdict);
  json["decisions"] = Json::array();
  for (const review::Decision& decision : what.decisions) {
    json["decisions"].push_back({{"seq", decision.seq},
                                 {"at", decision.at},
                                 {"by", decision.by},
                                 {"decision", decision.verdict},
                                 {"reason", decision.reason},
                                 {"undone", decision.undone}});
  }
  json["alike"] = what.alike;
  return json;
}

std::string case_line(const review::PictureCase& what) {
  std::string line = std::to_string(what.id) + "\t" + mark_of(what) + "\t" + shown_name(what.path) +
                     "\t" + shown_name(what.text) + "\t" + shown_name(evidence_of(what));
  if (!what.alike.empty()) {
    line += " (alike:";
    for (const std::int64_t other : what.alike) line += " " + std::to_string(other);
    line += ")";
  }
  return line + "\n";
}

std::string case_lines(const review::PictureCase& what) {
  std::string lines;
  const auto fact = [&](const std::string& name, const std::string& value) {
    lines += name + "\t" + shown_name(value) + "\n";
  };
  fact("id", std::to_string(what.id));
  fact("image", what.path);
  if (!what.why_bad.empty()) fact("cannot be read", what.why_bad);
  if (!what.text.empty()) {
    fact("sentence", what.text);
    fact("grade", grade_name(what.grade) +
                      (what.confidence ? ", confidence " + decimal(*what.confidence, 2) : "") +
                      (what.photo ? ", photo " + decimal(*what.photo, 2) : ""));
    fact("to review", what.flagged ? (what.proposes ? "yes, proposed to reject" : "yes") : "no");
  }
  for (const review::Finding& finding : what.findings) {
    fact("evidence",
         finding.in_words() + (finding.flagged ? "" : ", below " + decimal(finding.threshold, 2)));
  }
  for (const review::Dropped& dropped : what.dropped) {
    fact("does not count", dropped.rule + ": \"" + dropped.words + "\" in \"" + dropped.sentence +
                               "\", " + dropped.reason);
  }
  for (const review::Decision& decision : what.decisions) {
    fact("decision", decision.verdict + " by " + decision.by + ", " + decision.at + ": " +
                         decision.reason + (decision.undone ? " (undone)" : "") +
                         (decision.of_these_bytes ? "" : " (of the file as it was)"));
  }
  return lines;
}

}  // namespace storyteller
