#include <utility>

#include "core/error.h"
#include "model/search/beam_search.h"
#include "model/search/filters/filters.h"
#include "model/search/sampling.h"
#include "model/search/search.h"

namespace storyteller {

LogitFilters word_filters(const SearchOptions& options, const Vocabulary& vocabulary) {
  LogitFilters filters;
  if (options.content_once) filters.push_back(content_once(vocabulary));
  if (options.bar_bad_endings) filters.push_back(bar_bad_endings(vocabulary));
  return filters;
}

std::unique_ptr<Search> make_search(const SearchOptions& options, LogitFilters extra) {
  if (options.beam < 1 || options.max_words < 1 || options.diverse < 1 || options.sample < 0) {
    throw InternalError("make_search: beam, max_words and diverse must be at least 1");
  }
  LogitFilters filters = {special_tokens()};
  if (options.no_repeat_ngram > 0) filters.push_back(no_repeat_ngram(options.no_repeat_ngram));
  if (options.min_words > 1) filters.push_back(min_words(options.min_words));
  for (auto& filter : extra) filters.push_back(std::move(filter));
  if (options.sample > 0) return std::make_unique<Sampling>(options, std::move(filters));
  return std::make_unique<BeamSearch>(options, std::move(filters));
}

std::vector<Caption> best_captions(Decoder& decoder, const Tensor& features,
                                   const SearchOptions& options) {
  const std::unique_ptr<StepModel> model = step_model(decoder);
  std::vector<Caption> best;
  for (std::vector<Caption>& found : make_search(options)->run(*model, features)) {
    best.push_back(std::move(found.front()));
  }
  return best;
}

}  // namespace storyteller
