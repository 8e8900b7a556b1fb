#include "tools/commands/search_arguments.h"

#include <algorithm>

#include "core/text/phrase.h"

namespace storyteller {
namespace {

std::string flag_of(const SearchOption& row) {
  std::string flag = "--" + std::string(row.key);
  std::replace(flag.begin(), flag.end(), '_', '-');
  return flag;
}

}  // namespace

SearchArguments::SearchArguments() {
  for (const SearchOption& row : search_option_table()) {
    std::visit([&]<class T>(T SearchOptions::*) { given_.emplace_back(std::optional<T>()); },
               row.value);
  }
}

void SearchArguments::add_options(const Options& command) {
  for (size_t i = 0; i < given_.size(); ++i) {
    const SearchOption& row = search_option_table()[i];
    std::visit(
        [&](auto& given) {
          command.number(flag_of(row), given, row.help, {row.least, row.most});
        },
        given_[i]);
  }
}

SearchOptions SearchArguments::over(SearchOptions options) const {
  for (size_t i = 0; i < given_.size(); ++i) {
    std::visit(
        [&]<class T>(T SearchOptions::*value) {
          options.*value = std::get<std::optional<T>>(given_[i]).value_or(options.*value);
        },
        search_option_table()[i].value);
  }
  return options;
}

std::string search_option_names() {
  std::vector<std::string> names;
  for (const SearchOption& row : search_option_table()) names.emplace_back(row.key);
  return joined(names);
}

}  // namespace storyteller
