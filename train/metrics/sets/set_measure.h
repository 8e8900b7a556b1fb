#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "train/metrics/sets/caption_sets.h"

namespace storyteller {

/// A number, or why there is none: what cannot be measured is absent, which is another thing
/// than 0.
struct SetScore {
  std::optional<double> value;
  std::string_view absent;  ///< a reason; empty where there is a value
};

/// A row of the table of what is measured about several captions of a picture.
struct SetMeasure {
  std::string_view key;    ///< as files have it: "div_1"
  std::string_view title;  ///< as people read it: "Div-1"
  std::string_view note;   ///< a word on what it means, for reports
  int digits;              ///< shown behind the point; 0: it is a count
  SetScore (*of)(const CaptionSets& sets);
};

/// All there are, in the order of reports.
std::span<const SetMeasure> set_measure_table();

/// [row of the table] what the sets come to.
std::vector<SetScore> measure_sets(const CaptionSets& sets);

/// Of measure_sets(), by key; InternalError for one that the table does not have.
const SetScore& set_score(std::span<const SetScore> scores, std::string_view key);

}  // namespace storyteller
