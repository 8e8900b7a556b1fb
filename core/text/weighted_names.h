#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace storyteller {

/// A name and how much it counts.
struct WeightedName {
  std::string name;
  double weight = 1;
  bool operator==(const WeightedName&) const = default;
};

/// "cider:1, bleu_4:0.5": names between commas, each with a weight behind a colon or without one;
/// blanks and empty parts do not count. `where` is what messages call the list. Throws UsageError
/// where a weight is no number above 0 and up to a million.
std::vector<WeightedName> parse_weighted_names(std::string_view list, std::string_view where);

}  // namespace storyteller
