#include "model/ensemble.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/device_turn.h"
#include "core/error.h"
#include "core/system/printable.h"
#include "model/agreement.h"
#include "model/search/begin_word.h"
#include "model/search/ensemble_steps.h"

namespace storyteller {

Ensemble Ensemble::load(std::span<const std::string> paths, Device device) {
  std::vector<std::unique_ptr<Captioner>> members;
  for (const std::string& path : paths) members.push_back(Captioner::load(path, device));
  return {std::move(members), paths};
}

Ensemble::Ensemble(std::vector<std::unique_ptr<Captioner>> members,
                   std::span<const std::string> names)
    : members_(std::move(members)) {
  if (members_.empty()) throw InternalError("an ensemble has no members");
  for (size_t m = 0; m < members_.size(); ++m) {
    Captioner& member = *members_[m];
    if (member.vocabulary().words() != vocabulary().words()) {
      throw UsageError(printable_path(names[m]) +
                       ": models that caption together must have one vocabulary: " +
                       vocabulary_difference(vocabulary(), "the first model", member.vocabulary()));
    }
    const auto same = std::find_if(encoders_.begin(), encoders_.end(),
                                   [&](Captioner* other) { return same_encoder(*other, member); });
    encoder_of_.push_back(static_cast<size_t>(same - encoders_.begin()));
    if (same == encoders_.end()) encoders_.push_back(&member);
  }
  const auto attends = std::find_if(members_.begin(), members_.end(),
                                    [](const auto& member) { return member->decoder().attends(); });
  shown_ = (attends == members_.end() ? members_[0] : *attends).get();
}

size_t Ensemble::not_shown() const {
  return static_cast<size_t>(std::count_if(members_.begin(), members_.end(), [&](const auto& m) {
    return m->decoder().attends() && m->encoder().regions() != shown_->encoder().regions();
  }));
}

size_t Ensemble::with_concepts() const {
  const auto found = std::ranges::find_if(
      members_, [](const auto& member) { return member->concepts() != nullptr; });
  return static_cast<size_t>(found - members_.begin());
}

std::vector<std::vector<NamedConcept>> Ensemble::concepts(std::span<const Tensor> features) const {
  const size_t m = with_concepts();
  if (m == members_.size()) return {};
  const DeviceTurn turn;
  const Concepts& concepts = *members_[m]->concepts();
  std::vector<std::vector<NamedConcept>> named;
  for (const auto& seen : concepts.detect(features[encoder_of_[m]])) {
    std::vector<NamedConcept>& of_picture = named.emplace_back();
    for (const SeenConcept& one : seen) {
      of_picture.push_back({concepts.table().words[static_cast<size_t>(one.number)], one.p});
    }
  }
  return named;
}

std::vector<std::vector<Caption>> Ensemble::captions(std::span<const Tensor> features,
                                                     const SearchOptions& search,
                                                     std::span<const uint64_t> numbers,
                                                     SearchDemands demands) {
  if (features.size() != encoders_.size()) throw InternalError("an ensemble lacks features");
  const DeviceTurn turn;
  if (members_.size() == 1) {
    return members_[0]->captions(features[0], search, numbers, std::move(demands));
  }
  std::vector<EnsembleMember> together;
  for (size_t m = 0; m < members_.size(); ++m) {
    members_[m]->decoder().refresh();
    auto steps = beginning_with(members_[m]->begin_word(),
                                step_model(members_[m]->decoder(), members_[m]->concepts()));
    together.push_back({std::move(steps), encoder_of_[m]});
  }
  demands.vocabulary = &vocabulary();
  if (uses_concepts(search)) {
    const size_t m = with_concepts() % members_.size();
    std::ranges::move(members_[m]->concept_filters(features[encoder_of_[m]], search),
                      std::back_inserter(demands.filters));
  }
  return best_found(*ensemble_steps(std::move(together)), features, search, numbers,
                    std::move(demands));
}

}  // namespace storyteller
