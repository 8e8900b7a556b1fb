#pragma once

#include <optional>

#include "model/search/search.h"
#include "tools/cli/options.h"

namespace storyteller {

/// --beam, --max-words, --length-penalty, --no-repeat-ngram: what is given goes over what the model
/// recommends.
struct SearchArguments {
  std::optional<int> beam, max_words, no_repeat_ngram;
  std::optional<float> length_penalty;

  void add_options(const Options& command);
  SearchOptions over(SearchOptions options) const;
};

}  // namespace storyteller
