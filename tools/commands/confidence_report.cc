#include "tools/commands/confidence_report.h"

#include <cmath>
#include <string>

#include "core/text/number_format.h"
#include "tools/commands/people_arguments.h"

namespace storyteller {
namespace {

using Json = nlohmann::ordered_json;
using Score = HtmlReport::Score;

constexpr Grade kGrades[] = {Grade::kSure, Grade::kLikely, Grade::kUnsure};

std::string shown(const std::optional<double>& value) { return value ? decimal(*value, 3) : "-"; }

Json json_of(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

Json json_of(const std::vector<ReliabilityBin>& bins) {
  Json json = Json::array();
  for (const ReliabilityBin& bin : bins) {
    json.push_back({{"captions", bin.count}, {"said", bin.said}, {"right", bin.right}});
  }
  return json;
}

void add_part(const CalibrationReport::Part& part, std::vector<Score>& rows) {
  rows.push_back({"Subject right", percent(part.right, 1),
                  "of " + grouped(part.pictures) + " captions; said " +
                      percent(part.confidence, 1) + " on average"});
  rows.push_back(
      {"AUROC", shown(part.auroc), "a right caption has more confidence than a wrong one"});
  rows.push_back({"Calibration error", decimal(part.calibration_error, 3),
                  "mean |said - right|, ten bins of equal mass"});
  for (const Score& row : grade_rows(part.grades)) rows.push_back(row);
}

Json json_of(const CalibrationReport::Part& part) {
  return {{"pictures", part.pictures},
          {"right", part.right},
          {"mean_confidence", part.confidence},
          {"auroc", json_of(part.auroc)},
          {"calibration_error", part.calibration_error},
          {"grades", grades_json(part.grades)},
          {"taken_for_no_photograph", part.no_photograph},
          {"reliability", json_of(part.bins)}};
}

}  // namespace

std::vector<HtmlReport::Score> confidence_rows(const ConfidenceScores& scores) {
  std::vector<Score> rows = {
      {"Subject right", percent(scores.right, 1),
       "of " + grouped(scores.captions) + " captions; the model says " +
           percent(scores.confidence, 1) + " on average"},
      {"Sure AUROC", shown(scores.auroc), "a right caption has more confidence than a wrong one"},
      {"Sure error", decimal(scores.calibration_error, 3),
       "mean |said - right|, ten bins of equal mass"}};
  for (const Score& row : grade_rows(scores.grades)) rows.push_back(row);
  if (scores.no_photographs > 0) {
    rows.push_back({"no photograph", grouped(scores.no_photographs),
                    "pictures do not look like photographs", /*part=*/true});
  }
  return rows;
}

HtmlReport::Section confidence_section(const ConfidenceScores& scores) {
  HtmlReport::Section section{.title = "How sure it is",
                              .introduction =
                                  "How often the subject of a caption, the first thing it names, "
                                  "was right, beside how sure "
                                  "the model was of it: in ten bins of equal mass, and by grade. "
                                  "Points on the diagonal keep "
                                  "their promise; below it the model was too sure.",
                              .columns = {"captions", "right"}};
  for (const Grade grade : kGrades) {
    const GradeTally& tally = scores.grades.of(grade);
    const auto precision = tally.precision();
    section.rows.push_back({std::string(name_of(grade)),
                            {grouped(tally.captions), precision ? percent(*precision, 1) : "-"}});
  }
  for (const ReliabilityBin& bin : scores.bins)
    section.reliability.push_back({bin.said, bin.right});
  return section;
}

nlohmann::ordered_json confidence_json(const ConfidenceScores& scores) {
  return {{"captions", scores.captions},
          {"right", scores.right},
          {"mean_confidence", scores.confidence},
          {"auroc", json_of(scores.auroc)},
          {"calibration_error", scores.calibration_error},
          {"grades", grades_json(scores.grades)},
          {"no_photographs", scores.no_photographs},
          {"reliability", json_of(scores.bins)}};
}

std::vector<HtmlReport::Score> gender_rows(GenderWords gender, const GenderBias& bias) {
  return {{"Gender error", percent(bias.error_rate(), 1),
           "name the other gender, of " + grouped(bias.female.captions + bias.male.captions) +
               " captions about images of one; words: " + name_of(gender)},
          {"Gender neutral", percent(bias.neutral_rate(), 1),
           "say person, child or the like; people: " + percent(bias.reference_neutral_rate(), 1)},
          {"Women per man", decimal(bias.caption_ratio(), 2),
           "captions that name women alone, for each of men alone; people: " +
               decimal(bias.reference_ratio(), 2)}};
}

nlohmann::ordered_json gender_json(GenderWords gender, const GenderBias& bias) {
  const auto number = [](double value) {
    return std::isfinite(value) ? Json(value) : Json(nullptr);
  };
  return {{"words", name_of(gender)},
          {"error_rate", bias.error_rate()},
          {"neutral_rate", bias.neutral_rate()},
          {"reference_neutral_rate", bias.reference_neutral_rate()},
          {"female_to_male", number(bias.caption_ratio())},
          {"reference_female_to_male", number(bias.reference_ratio())}};
}

std::string assessment_note(const Assessment& assessment) {
  if (!assessment.confidence) return "";
  if (!assessment.is_photograph()) return ", no photograph";
  return ", " + std::string(name_of(assessment.grade)) + " (" + decimal(*assessment.confidence, 2) +
         ")";
}

std::vector<HtmlReport::Score> grade_rows(const GradeTallies& grades) {
  std::vector<Score> rows;
  for (const Grade grade : kGrades) {
    const GradeTally& tally = grades.of(grade);
    const double share = grades.captions() == 0 ? 0
                                                : static_cast<double>(tally.captions) /
                                                      static_cast<double>(grades.captions());
    const auto precision = tally.precision();
    rows.push_back(
        {std::string(name_of(grade)), percent(share, 1),
         precision ? percent(*precision, 1) + " of " + grouped(tally.captions) + " right" : "none",
         /*part=*/true});
  }
  return rows;
}

nlohmann::ordered_json grades_json(const GradeTallies& grades) {
  Json json = Json::object();
  for (const Grade grade : kGrades) {
    const GradeTally& tally = grades.of(grade);
    json[std::string(name_of(grade))] = {{"captions", tally.captions},
                                         {"right", tally.right},
                                         {"precision", json_of(tally.precision())}};
  }
  return json;
}

std::vector<HtmlReport::Score> calibration_rows(const Calibration& calibration, size_t memory) {
  const CalibrationReport& report = calibration.report;
  std::vector<Score> rows;
  rows.push_back({"Memory", grouped(memory), "pictures that new ones are compared with"});
  add_part(report.own, rows);
  if (report.elsewhere) {
    rows.push_back({"Elsewhere", "", ""});
    add_part(*report.elsewhere, rows);
  }
  rows.push_back({"Photograph or none", shown(report.photo_auroc),
                  "AUROC, against " + grouped(report.none) +
                      " that are none: " + percent(report.none_flagged, 1) + " of those and " +
                      percent(report.own.no_photograph, 1) +
                      " of the photographs are taken for none"});
  for (const CalibrationReport::Signal& signal : report.signals) {
    rows.push_back({signal.name, shown(signal.subject),
                    "AUROC alone, subject right; photograph " + shown(signal.photo),
                    /*part=*/true});
  }
  const auto& cut_offs = calibration.values.cut_offs;
  rows.push_back({"Sure from", shown(cut_offs.sure),
                  "and domain " + decimal(cut_offs.sure_domain, 2) + "; likely from " +
                      decimal(cut_offs.likely, 3)});
  return rows;
}

nlohmann::ordered_json calibration_json(const Calibration& calibration) {
  const CalibrationReport& report = calibration.report;
  Json signals = Json::array();
  for (const CalibrationReport::Signal& signal : report.signals) {
    signals.push_back({{"signal", signal.name},
                       {"auroc_subject", json_of(signal.subject)},
                       {"auroc_photo", json_of(signal.photo)}});
  }
  const auto& cut_offs = calibration.values.cut_offs;
  return {{"own", json_of(report.own)},
          {"elsewhere", report.elsewhere ? json_of(*report.elsewhere) : Json(nullptr)},
          {"photo",
           {{"auroc", json_of(report.photo_auroc)},
            {"none", report.none},
            {"none_flagged", report.none_flagged}}},
          {"signals", std::move(signals)},
          {"cut_offs",
           {{"sure", json_of(cut_offs.sure)},
            {"likely", cut_offs.likely},
            {"sure_domain", cut_offs.sure_domain},
            {"likely_domain", cut_offs.likely_domain}}}};
}

}  // namespace storyteller
