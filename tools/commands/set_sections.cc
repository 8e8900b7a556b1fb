#include "tools/commands/set_sections.h"

#include <cmath>
#include <cstdint>
#include <string>

#include "core/text/number_format.h"

namespace storyteller {
namespace {

using Section = HtmlReport::Section;

constexpr const char* kNoSpread = "no picture has two captions";

std::string shown(const SetScore& score, int digits) {
  if (!score.value) return "-";
  return digits == 0 ? grouped(static_cast<size_t>(*score.value)) : decimal(*score.value, digits);
}

std::string captions_a_picture(const SetReport& report) {
  const std::string most = grouped(report.most);
  const std::string range =
      report.fewest == report.most ? most : grouped(report.fewest) + " to " + most;
  return range + (report.most == 1 ? " caption" : " captions");
}

std::string frequencies_of(const SetReport& report, const ScorerOptions& options) {
  return "Self-CIDEr weighs words by how few of " + grouped(report.documents) +
         " pictures have them in their references" +
         (options.frequencies ? ", those of the file of frequencies." : ".");
}

Section measures_section(const SetReport& report, const ScorerOptions& options) {
  Section section{.title = "Captions of a picture, together",
                  .introduction = captions_a_picture(report) + " for each of " +
                                  grouped(report.pictures) +
                                  " pictures, beside what people wrote about them (as many "
                                  "captions, the first ones). " +
                                  frequencies_of(report, options),
                  .columns = {"captions", "people"}};
  section.rows.push_back({"Captions", {grouped(report.captions), ""}, ""});
  section.rows.push_back({"Different captions", {grouped(report.distinct_captions), ""}, ""});
  for (size_t i = 0; i < set_measure_table().size(); ++i) {
    const SetMeasure& row = set_measure_table()[i];
    const SetScore& score = report.measures[i];
    const std::string_view note = score.value ? row.note : score.absent;
    section.rows.push_back({std::string(row.title),
                            {shown(score, row.digits), shown(report.people[i], row.digits)},
                            std::string(note)});
  }
  return section;
}

Section spread_section(const SetReport& report, const ScorerOptions& options) {
  Section section{.title = "Captions of a picture, each",
                  .introduction =
                      "Scores of single captions, means over pictures: of the first one, of the "
                      "mean of a picture's captions, and of the best of them (oracle: it is chosen "
                      "by the references).",
                  .columns = {"first", "mean", "oracle"}};
  for (const ScoreColumn& column : score_columns(options.metrics)) {
    section.rows.push_back({std::string(column.title), {}, ""});
    for (const MetricScores* scores :
         {&report.spread->first, &report.spread->average, &report.spread->oracle}) {
      section.rows.back().values.push_back(decimal(column.of(*scores), 3));
    }
  }
  return section;
}

nlohmann::ordered_json measures_json(const std::vector<SetScore>& scores,
                                     nlohmann::ordered_json& absent) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  for (size_t i = 0; i < scores.size(); ++i) {
    const SetMeasure& row = set_measure_table()[i];
    const std::string key(row.key);
    if (!scores[i].value) {
      absent[key] = scores[i].absent;
    } else if (row.digits == 0) {
      json[key] = static_cast<uint64_t>(*scores[i].value);
    } else {
      json[key] = *scores[i].value;
    }
  }
  return json;
}

nlohmann::ordered_json spread_json(const MetricScores& scores, MetricSet metrics) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  for (const ScoreColumn& column : score_columns(metrics)) {
    if (std::isfinite(column.of(scores))) json[std::string(column.key)] = column.of(scores);
  }
  return json;
}

}  // namespace

std::vector<HtmlReport::Section> set_sections(const SetReport& report,
                                              const ScorerOptions& options) {
  std::vector<Section> sections = {measures_section(report, options)};
  if (report.spread) sections.push_back(spread_section(report, options));
  return sections;
}

nlohmann::ordered_json set_json(const SetReport& report, const ScorerOptions& options) {
  nlohmann::ordered_json json = {{"pictures", report.pictures},
                                 {"captions", report.captions},
                                 {"distinct_captions", report.distinct_captions},
                                 {"pictures_with_several", report.several},
                                 {"fewest_captions_a_picture", report.fewest},
                                 {"most_captions_a_picture", report.most},
                                 {"frequencies", options.frequencies ? "file" : "references"},
                                 {"frequencies_pictures", report.documents}};
  nlohmann::ordered_json absent = nlohmann::ordered_json::object();
  nlohmann::ordered_json of_people = nlohmann::ordered_json::object();
  json["measures"] = measures_json(report.measures, absent);
  json["people"] = measures_json(report.people, of_people);
  if (report.spread) {
    json["first"] = spread_json(report.spread->first, options.metrics);
    json["average"] = spread_json(report.spread->average, options.metrics);
    json["oracle"] = spread_json(report.spread->oracle, options.metrics);
  } else {
    absent["average"] = absent["oracle"] = kNoSpread;
  }
  json["absent"] = std::move(absent);
  return json;
}

}  // namespace storyteller
