#include "train/metrics/files/score_json.h"

#include <optional>

#include "core/text/ascii.h"
#include "train/metrics/meteor/meteor_resources.h"

namespace storyteller {

std::string spice_key(SpiceCategory category) { return lower_case(name_of(category)); }

nlohmann::ordered_json spice_category_json(const SpiceCategoryScores& scores) {
  nlohmann::ordered_json json;
  for (size_t k = 1; k < kSpiceCategories; ++k) {
    const std::string key = spice_key(static_cast<SpiceCategory>(k));
    json[key] = scores[k] ? nlohmann::ordered_json(*scores[k]) : nlohmann::ordered_json();
  }
  return json;
}

void add_scores(const CaptionScores& scores, const ScorerOptions& options,
                nlohmann::ordered_json& json) {
  for (const ScoreColumn& column : score_columns(options.metrics)) {
    json[std::string(column.key)] = column.of(scores);
  }
  if (options.metrics.contains(Metric::kMeteor) && options.meteor) {
    json["meteor_resources"] = options.meteor->description();
  }
  if (!scores.spice_categories) return;
  json["spice_source"] = scores.spice_imported ? "imported tuples" : "native";
  json["spice_categories"] = spice_category_json(scores.spice_categories->categories);
}

}  // namespace storyteller
