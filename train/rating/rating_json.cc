#include "train/rating/rating_json.h"

#include <cmath>

#include <nlohmann/json.hpp>

#include "core/text/json_line.h"

namespace storyteller {
namespace {

using nlohmann::ordered_json;

ordered_json number(double value) { return std::isfinite(value) ? ordered_json(value) : nullptr; }

ordered_json estimate_json(const Estimate& estimate) {
  return {{"value", number(estimate.value)},
          {"low", number(estimate.interval.low)},
          {"high", number(estimate.interval.high)}};
}

ordered_json scale_json(const ScaleAnalysis& scale) {
  ordered_json json{{"scale", scale.name}};
  auto& systems = json["systems"] = ordered_json::array();
  for (const auto& system : scale.systems) {
    systems.push_back({{"system", system.name},
                       {"captions", system.captions},
                       {"ratings", system.ratings},
                       {"mean", estimate_json(system.mean)},
                       {"strength", estimate_json(system.strength)}});
  }
  auto& pairs = json["system_pairs"] = ordered_json::array();
  for (const auto& pair : scale.system_pairs) {
    pairs.push_back({{"first", pair.a},
                     {"second", pair.b},
                     {"first_better", pair.a_better},
                     {"second_better", pair.b_better},
                     {"ties", pair.ties},
                     {"sign_test", pair.p},
                     {"holm", pair.p_adjusted}});
  }
  json["krippendorff_alpha"] = {{"ordinal", estimate_json(scale.alpha_ordinal)},
                                {"nominal", number(scale.alpha_nominal)},
                                {"interval", number(scale.alpha_interval)}};
  auto& raters = json["rater_pairs"] = ordered_json::array();
  for (const auto& pair : scale.rater_pairs) {
    raters.push_back({{"first", pair.a},
                      {"second", pair.b},
                      {"captions", pair.captions},
                      {"kappa_linear", number(pair.linear)},
                      {"kappa_quadratic", number(pair.quadratic)}});
  }
  auto& metrics = json["metrics"] = ordered_json::array();
  for (const auto& metric : scale.metrics) {
    metrics.push_back({{"metric", metric.name},
                       {"captions", metric.captions},
                       {"kendall_tau_b", estimate_json(metric.tau)}});
  }
  return json;
}

ordered_json rater_json(const RatingSheet& sheet, const RaterAnalysis& rater) {
  ordered_json json{{"rater", rater.name},
                    {"rated", rater.rated},
                    {"median_seconds", number(rater.median_seconds)}};
  for (size_t s = 0; s < sheet.scales.size(); ++s) {
    const RaterAnalysis::Scale& scale = rater.scales[s];
    json["scales"].push_back({{"scale", sheet.scales[s]},
                              {"mean", number(scale.mean)},
                              {"duplicates", scale.duplicates},
                              {"same", number(scale.equal)},
                              {"difference", number(scale.difference)},
                              {"human", number(scale.control)},
                              {"others", number(scale.others)}});
  }
  return json;
}

}  // namespace

std::string rating_analysis_json(const RatingSheet& sheet, const RatingAnalysis& analysis) {
  ordered_json json{{"sheet", sheet.id}, {"items", sheet.items.size()}};
  json["control"] = sheet.control ? ordered_json(sheet.systems[*sheet.control]) : nullptr;
  for (const ScaleAnalysis& scale : analysis.scales) json["scales"].push_back(scale_json(scale));
  for (const RaterAnalysis& rater : analysis.raters) {
    json["raters"].push_back(rater_json(sheet, rater));
  }
  return json_line(json);
}

}  // namespace storyteller
