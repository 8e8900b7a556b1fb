#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/search/search_options.h"
#include "tools/cli/options.h"

namespace storyteller {

/// A flag for each search option: what is given goes over what the model recommends.
class SearchArguments {
 public:
  /// Of draws that are made where no search is asked for: at 1 most of a small model's are noise.
  static constexpr float kUsualTemperature = 0.5F;

  SearchArguments();

  void add_options(const Options& command);
  /// Throws UsageError where they contradict each other, or one does nothing without another.
  /// `samples`: drawn where no search is asked for; 0: a search.
  SearchOptions over(SearchOptions options, int samples = 0) const;

 private:
  struct Switch {
    bool on = false, off = false;
  };
  using Given = std::variant<std::optional<int>, std::optional<float>, Switch>;
  static bool is_given(const Given& given);
  bool is_given(std::string_view key) const;

  std::vector<Given> given_;  // as the rows of kSearchOptions
};

/// "beam, max_words, ...": the options of kSearchOptions, for help.
std::string search_option_names();

}  // namespace storyteller
