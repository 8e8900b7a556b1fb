#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "model/search/search_options.h"
#include "tools/cli/options.h"

namespace storyteller {

/// A flag for each search option: what is given goes over what the model recommends.
class SearchArguments {
 public:
  SearchArguments();

  void add_options(const Options& command);
  SearchOptions over(SearchOptions options) const;

 private:
  // As the rows of search_option_table().
  std::vector<std::variant<std::optional<int>, std::optional<float>>> given_;
};

/// "beam, max_words, ...": the options of search_option_table(), for help.
std::string search_option_names();

}  // namespace storyteller
