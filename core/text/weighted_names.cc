#include "core/text/weighted_names.h"

#include <charconv>
#include <cstddef>

#include "core/error.h"
#include "core/system/printable.h"

namespace storyteller {
namespace {

/// "cider:0.5".
WeightedName parse_name(std::string_view text, std::string_view where) {
  constexpr double kMost = 1e6;
  const size_t colon = text.find(':');
  WeightedName named{.name = std::string(text.substr(0, colon))};
  if (colon == std::string_view::npos) return named;
  const std::string_view number = text.substr(colon + 1);
  const auto [end, failure] =
      std::from_chars(number.data(), number.data() + number.size(), named.weight);
  const bool whole = failure == std::errc() && end == number.data() + number.size();
  if (!whole || !(named.weight > 0 && named.weight <= kMost)) {
    throw UsageError(std::string(where) + ": the weight of " + printable(named.name) +
                     " must be a number above 0, not '" + printable(std::string(number)) + "'");
  }
  return named;
}

}  // namespace

std::vector<WeightedName> parse_weighted_names(std::string_view list, std::string_view where) {
  std::vector<WeightedName> names;
  std::string part;
  for (size_t i = 0; i <= list.size(); ++i) {
    if (i < list.size() && list[i] != ',') {
      if (list[i] != ' ') part += list[i];
      continue;
    }
    if (!part.empty()) names.push_back(parse_name(part, where));
    part.clear();
  }
  return names;
}

}  // namespace storyteller
