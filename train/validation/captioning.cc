#include "train/validation/captioning.h"

#include <algorithm>
#include <utility>

namespace storyteller {
namespace {

/// All that a search can find.
SearchOptions all_candidates(SearchOptions search) {
  search.n_best = search.sample > 0 ? search.sample : search.beam * search.diverse;
  return search;
}

}  // namespace

int Captioning::wanted() const {
  if (consensus == nullptr) return captions_wanted(search);
  return std::max(search.n_best, 1);
}

std::vector<Description> describe(const Captioning& captioning, std::span<const Tensor> features,
                                  std::span<const uint64_t> numbers) {
  const Consensus* consensus = captioning.consensus.get();
  const SearchOptions search =
      consensus == nullptr ? captioning.search : all_candidates(captioning.search);
  auto found = captioning.models.captions(features, search, numbers, captioning.demands);
  const auto wanted = static_cast<size_t>(captioning.wanted());
  std::vector<Description> descriptions;
  for (std::vector<Caption>& captions : found) {
    Description& description = descriptions.emplace_back(Description{std::move(captions)});
    if (consensus == nullptr) continue;
    description =
        by_consensus(*consensus, captioning.models.vocabulary(), std::move(description.captions));
    if (description.captions.size() <= wanted) continue;
    description.captions.resize(wanted);
    description.agreement.resize(wanted);
  }
  return descriptions;
}

Description by_consensus(const Consensus& consensus, const Vocabulary& vocabulary,
                         std::vector<Caption> captions) {
  std::vector<Tokens> candidates;
  candidates.reserve(captions.size());
  for (const Caption& caption : captions) candidates.push_back(vocabulary.decode(caption.words));
  const std::vector<double> agreement = consensus.agreement(candidates);
  Description ordered;
  for (const size_t i : Consensus::ranking(agreement)) {
    ordered.captions.push_back(std::move(captions[i]));
    ordered.agreement.push_back(agreement[i]);
  }
  return ordered;
}

}  // namespace storyteller
