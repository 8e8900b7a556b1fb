#include "model/captioning.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/system/parallel.h"
#include "core/system/threads.h"

namespace storyteller {
namespace {

/// All that a search can find.
SearchOptions all_candidates(SearchOptions search) {
  search.n_best = search.sample > 0 ? search.sample : search.beam * search.diverse;
  return search;
}

/// Says how sure the first model is, whose encoder is the first. `features` (I,L,D) of that.
void assess(const Ensemble& models, const Tensor& features,
            std::vector<Description>& descriptions) {
  const Confidence* confidence = models.confidence();
  if (confidence == nullptr || descriptions.empty()) return;
  const std::vector<float> values = to_host_float(features);
  const size_t row = values.size() / descriptions.size();
  const auto one = [&](size_t picture) {
    Description& description = descriptions[picture];
    const Caption& caption = description.captions.front();
    description.assessment = confidence->assess(std::span(values).subspan(picture * row, row),
                                                caption, models.vocabulary().decode(caption.words));
  };
  parallel_for(descriptions.size(), threads_in_force(), one, /*block=*/1);
}

}  // namespace

int Captioning::wanted() const {
  if (!choice) return captions_wanted(search);
  return std::max(search.n_best, 1);
}

std::vector<Description> describe(const Captioning& captioning, std::span<const Tensor> features,
                                  std::span<const uint64_t> numbers) {
  const bool chooses = static_cast<bool>(captioning.choice);
  const SearchOptions search = chooses ? all_candidates(captioning.search) : captioning.search;
  auto found = captioning.models.captions(features, search, numbers, captioning.demands);
  const auto wanted = static_cast<size_t>(captioning.wanted());
  std::vector<Description> descriptions;
  descriptions.reserve(found.size());
  for (std::vector<Caption>& captions : found) {
    descriptions.push_back(Description{std::move(captions)});
  }
  const auto concepts = captioning.models.concepts(features);
  for (size_t i = 0; i < concepts.size(); ++i) descriptions[i].concepts = concepts[i];
  if (!chooses) {
    assess(captioning.models, features[0], descriptions);
    return descriptions;
  }
  const Vocabulary& vocabulary = captioning.models.vocabulary();
  const auto choose = [&](size_t picture) {
    Description& description = descriptions[picture];
    Description best = chosen(captioning.choice, vocabulary, std::move(description.captions));
    description.captions = std::move(best.captions);
    description.judgement = std::move(best.judgement);
    if (description.captions.size() <= wanted) return;
    description.captions.resize(wanted);
    description.judgement.resize(wanted);
  };
  parallel_for(descriptions.size(), threads_in_force(), choose, /*block=*/1);
  assess(captioning.models, features[0], descriptions);
  return descriptions;
}

Description chosen(const Choice& choice, const Vocabulary& vocabulary,
                   std::vector<Caption> captions) {
  std::vector<std::vector<std::string>> candidates;
  candidates.reserve(captions.size());
  for (const Caption& caption : captions) candidates.push_back(vocabulary.decode(caption.words));
  const std::vector<double> judgement = choice.judge(candidates);
  std::vector<double> values;
  for (size_t i = 0; i < captions.size(); ++i) {
    values.push_back(choice.weight * judgement[i] + choice.score_weight * captions[i].score);
  }
  std::vector<size_t> order(values.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return values[a] > values[b]; });
  Description ordered;
  for (const size_t i : order) {
    ordered.captions.push_back(std::move(captions[i]));
    ordered.judgement.push_back(judgement[i]);
  }
  return ordered;
}

}  // namespace storyteller
