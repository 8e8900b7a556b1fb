#include "model/ensemble.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/device_turn.h"
#include "core/error.h"
#include "core/system/printable.h"
#include "model/search/ensemble_steps.h"

namespace storyteller {
namespace {

std::string choices_json(const ModelOptions& options) {
  EncoderChoices choices = options.encoder_choices;
  Config config;
  declare(choices, config);
  return config.to_json();
}

std::vector<Parameters::Id> encoder_parameters(const Parameters& parameters) {
  std::vector<Parameters::Id> ids;
  for (Parameters::Id id = 0; id < parameters.size(); ++id) {
    if (parameters.name(id).starts_with("encoder.")) ids.push_back(id);
  }
  return ids;
}

bool same_encoder(Captioner& a, Captioner& b) {
  if (a.options().encoder != b.options().encoder ||
      choices_json(a.options()) != choices_json(b.options()) ||
      to_json(a.preprocessing()) != to_json(b.preprocessing()) || a.precision() != b.precision()) {
    return false;
  }
  const auto of_a = encoder_parameters(a.parameters()), of_b = encoder_parameters(b.parameters());
  return std::equal(of_a.begin(), of_a.end(), of_b.begin(), of_b.end(), [&](auto id, auto other) {
    const std::vector<float> x = to_host_float(a.parameters().value(id));
    const std::vector<float> y = to_host_float(b.parameters().value(other));
    return x.size() == y.size() && std::memcmp(x.data(), y.data(), x.size() * sizeof(float)) == 0;
  });
}

/// In which word two vocabularies differ, to end a message with.
std::string difference(const Vocabulary& a, const Vocabulary& b) {
  const auto [in_a, in_b] =
      std::mismatch(a.words().begin(), a.words().end(), b.words().begin(), b.words().end());
  const auto word = [](const Vocabulary& vocabulary, auto at) {
    return at == vocabulary.words().end() ? std::string("none") : "'" + printable(*at) + "'";
  };
  return "that of the first model has " + std::to_string(a.size()) + " words, this one " +
         std::to_string(b.size()) + " (word " + std::to_string(in_a - a.words().begin()) + ": " +
         word(a, in_a) + " and " + word(b, in_b) +
         "); train them on the same captions with the same min_count";
}

}  // namespace

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
                       difference(vocabulary(), member.vocabulary()));
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
    together.push_back({step_model(members_[m]->decoder()), encoder_of_[m]});
  }
  demands.vocabulary = &vocabulary();
  return best_found(*ensemble_steps(std::move(together)), features, search, numbers,
                    std::move(demands));
}

}  // namespace storyteller
