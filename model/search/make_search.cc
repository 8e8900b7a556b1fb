#include <utility>

#include "core/error.h"
#include "model/search/beam_search.h"
#include "model/search/filters/filters.h"
#include "model/search/sampling.h"
#include "model/search/search.h"

namespace storyteller {

LogitFilters filters_of(const SearchOptions& options, const SearchDemands& demands) {
  LogitFilters filters = {special_tokens(demands.vocabulary)};
  for (const SearchOption& row : kSearchOptions) {
    if (row.filter == nullptr) continue;
    if (auto filter = row.filter(options, demands.vocabulary)) filters.push_back(std::move(filter));
  }
  filters.insert(filters.end(), demands.filters.begin(), demands.filters.end());
  return filters;
}

std::unique_ptr<Search> make_search(const SearchOptions& options, SearchDemands demands) {
  if (options.beam < 1 || options.max_words < 1 || options.diverse < 1 || options.sample < 0) {
    throw InternalError("make_search: beam, max_words and diverse must be at least 1");
  }
  LogitFilters filters = filters_of(options, demands);
  if (!demands.must.empty() && (options.sample > 0 || options.diverse > 1)) {
    throw UsageError(
        "words that must be said need a plain beam search, without `sample` and `diverse`");
  }
  if (options.sample > 0) {
    return std::make_unique<Sampling>(options, std::move(filters), demands.observer);
  }
  return std::make_unique<BeamSearch>(options, std::move(filters), demands.must, demands.observer);
}

std::vector<std::vector<Caption>> best_found(StepModel& model, std::span<const Tensor> features,
                                             const SearchOptions& options,
                                             std::span<const uint64_t> numbers,
                                             SearchDemands demands) {
  auto found = make_search(options, std::move(demands))->run(model, features, numbers);
  const auto wanted = static_cast<size_t>(captions_wanted(options));
  for (std::vector<Caption>& of_picture : found) {
    if (of_picture.size() > wanted) of_picture.resize(wanted);
  }
  return found;
}

std::vector<Caption> best_captions(Decoder& decoder, const Tensor& features,
                                   const SearchOptions& options) {
  const std::unique_ptr<StepModel> model = step_model(decoder);
  std::vector<Caption> best;
  for (std::vector<Caption>& found : make_search(options)->run(*model, {&features, 1})) {
    best.push_back(std::move(found.front()));
  }
  return best;
}

}  // namespace storyteller
