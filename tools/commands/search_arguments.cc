#include "tools/commands/search_arguments.h"

#include <type_traits>

#include "core/error.h"
#include "core/text/phrase.h"
#include "tools/commands/common_options.h"

namespace storyteller {
namespace {

/// Where the row stands in --help.
std::string heading_of(const SearchOption& row) {
  using Of = SearchOption::Of;
  const std::string_view key = row.key;
  if (row.of == Of::kDraws || key == "sample") return "Sampling";
  if (row.of == Of::kGroups || key == "diverse") return "Diverse beam search";
  if (row.filter != nullptr || key == "max_words") return kConstraints;
  return "Search (by default as the model recommends, as are sampling and constraints)";
}

}  // namespace

bool SearchArguments::is_given(const Given& given) {
  return std::visit(
      []<class T>(const T& value) {
        if constexpr (std::is_same_v<T, Switch>) {
          return value.on || value.off;
        } else {
          return value.has_value();
        }
      },
      given);
}

SearchArguments::SearchArguments() {
  for (const SearchOption& row : kSearchOptions) {
    std::visit(
        [&]<class T>(T SearchOptions::*) {
          if constexpr (std::is_same_v<T, bool>) {
            given_.emplace_back(Switch{});
          } else {
            given_.emplace_back(std::optional<T>());
          }
        },
        row.value);
  }
}

void SearchArguments::add_options(const Options& command) {
  for (size_t i = 0; i < given_.size(); ++i) {
    const SearchOption& row = kSearchOptions[i];
    const Options group = command.group(heading_of(row));
    const std::string flag = row.flag;
    if (auto* given = std::get_if<Switch>(&given_[i])) {
      group.flag(flag, given->on, row.help);
      group.flag("--no-" + flag.substr(2), given->off, "not that, where the model recommends it");
    } else if (auto* number = std::get_if<std::optional<int>>(&given_[i])) {
      group.number(flag, *number, row.help, {row.least, row.most});
    } else {
      group.number(flag, std::get<std::optional<float>>(given_[i]), row.help,
                   {row.least, row.most});
    }
  }
}

bool SearchArguments::is_given(std::string_view key) const {
  for (size_t i = 0; i < given_.size(); ++i) {
    if (kSearchOptions[i].key == key) return is_given(given_[i]);
  }
  throw InternalError("search arguments: no option is called " + std::string(key));
}

SearchOptions SearchArguments::over(SearchOptions options, int samples) const {
  if (samples > 0 && !is_given("beam") && !is_given("diverse") && !is_given("sample")) {
    options.sample = samples;
    options.diverse = 1;
    if (!is_given("temperature")) options.temperature = kUsualTemperature;
  }
  // What is asked for here goes over the model's way to search as a whole.
  if (is_given("sample")) {
    options.diverse = 1;
  } else if (is_given("beam") || is_given("diverse")) {
    options.sample = 0;
  }
  for (size_t i = 0; i < given_.size(); ++i) {
    std::visit(
        [&]<class T>(T SearchOptions::*value) {
          if constexpr (std::is_same_v<T, bool>) {
            const auto& given = std::get<Switch>(given_[i]);
            options.*value = (options.*value || given.on) && !given.off;
          } else {
            options.*value = std::get<std::optional<T>>(given_[i]).value_or(options.*value);
          }
        },
        kSearchOptions[i].value);
  }
  check(options, flag_name);
  if (options.sample > 0 && is_given("beam")) {
    throw UsageError("--beam searches and --sample draws; give one of them");
  }
  for (size_t i = 0; i < given_.size(); ++i) {
    const SearchOption& row = kSearchOptions[i];
    using Of = SearchOption::Of;
    if (row.of == Of::kAll || !is_given(given_[i])) continue;
    const bool draws = row.of == Of::kDraws;
    if (draws ? options.sample > 0 : options.diverse > 1) continue;
    throw UsageError(std::string(row.flag) + " does nothing without " +
                     (draws ? "--sample N" : "--diverse N, N at least 2"));
  }
  return options;
}

std::string search_option_names() {
  std::vector<std::string> names;
  for (const SearchOption& row : kSearchOptions) names.emplace_back(row.key);
  return joined(names);
}

}  // namespace storyteller
