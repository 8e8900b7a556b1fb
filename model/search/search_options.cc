#include "model/search/search_options.h"

#include <algorithm>
#include <string_view>
#include <type_traits>

#include "core/error.h"

namespace storyteller {
int captions_wanted(const SearchOptions& options) {
  if (options.n_best > 0) return options.n_best;
  return options.sample > 0 ? options.sample : options.diverse;
}

std::string setting_name(const SearchOption& option) { return "`" + std::string(option.key) + "`"; }

std::string flag_name(const SearchOption& option) { return option.flag; }

void check(const SearchOptions& options, SearchOptionName name) {
  const auto named = [&](std::string_view key) {
    return name(*std::ranges::find_if(kSearchOptions,
                                      [&](const SearchOption& row) { return row.key == key; }));
  };
  if (options.sample > 0 && options.diverse > 1) {
    throw UsageError(named("sample") + " draws captions and " + named("diverse") +
                     " searches for them: choose one");
  }
  if (options.min_words > options.max_words) {
    throw UsageError(named("min_words") + " " + std::to_string(options.min_words) +
                     " is more than " + named("max_words") + " " +
                     std::to_string(options.max_words) + "; lower the one or raise the other");
  }
  const int found = options.sample > 0 ? options.sample : options.beam * options.diverse;
  if (options.n_best > found) {
    throw UsageError(named("n_best") + " " + std::to_string(options.n_best) +
                     " is more than there can be, " + std::to_string(found) + "; raise " +
                     named(options.sample > 0 ? "sample" : "beam"));
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
