#include <utility>

#include "core/error.h"
#include "model/search/beam_search.h"
#include "model/search/filters/filters.h"
#include "model/search/search.h"

namespace storyteller {
namespace {

LogitFilters filters_of(const SearchOptions& options) {
  LogitFilters filters = {special_tokens()};
  if (options.no_repeat_ngram > 0) filters.push_back(no_repeat_ngram(options.no_repeat_ngram));
  return filters;
}

}  // namespace

std::unique_ptr<Search> make_search(const SearchOptions& options, LogitFilters extra) {
  if (options.beam < 1 || options.max_words < 1) {
    throw InternalError("make_search: beam and max_words must be at least 1");
  }
  LogitFilters filters = filters_of(options);
  for (auto& filter : extra) filters.push_back(std::move(filter));
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
