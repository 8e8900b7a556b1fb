#include "model/search/search_options.h"

#include <algorithm>
#include <type_traits>

#include "core/error.h"

namespace storyteller {
int captions_wanted(const SearchOptions& options) {
  if (options.n_best > 0) return options.n_best;
  return options.sample > 0 ? options.sample : options.diverse;
}

void check(const SearchOptions& options) {
  const auto refuse = [](const std::string& what) { throw UsageError(what); };
  if (options.sample > 0 && options.diverse > 1) {
    refuse("sample draws captions and diverse searches for them: choose one");
  }
  if (options.min_words > options.max_words) {
    refuse("min_words " + std::to_string(options.min_words) + " is more than max_words " +
           std::to_string(options.max_words));
  }
  const int found = options.sample > 0 ? options.sample : options.beam * options.diverse;
  if (options.n_best > found) {
    refuse("n_best " + std::to_string(options.n_best) + " is more than there can be, " +
           std::to_string(found) + "; raise " + (options.sample > 0 ? "sample" : "beam"));
  }
}

void declare(SearchOptions& options, Config& config) {
  for (const SearchOption& row : kSearchOptions) {
    std::visit(
        [&]<class T>(T SearchOptions::*value) {
          if constexpr (std::is_same_v<T, bool>) {
            config.add(row.key, options.*value, row.help);
          } else {
            config.add(row.key, options.*value,
                       Range<T>{static_cast<T>(row.least), static_cast<T>(row.most)}, row.help);
          }
        },
        row.value);
  }
}

std::vector<std::string> keys_left_out(const SearchOptions& options) {
  std::vector<std::string> keys;
  const SearchOptions fresh;
  for (const SearchOption& row : kSearchOptions) {
    const bool same =
        std::visit([&](auto value) { return options.*value == fresh.*value; }, row.value);
    if (row.young && same) keys.emplace_back(row.key);
  }
  return keys;
}

}  // namespace storyteller
