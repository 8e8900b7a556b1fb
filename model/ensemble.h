#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "model/captioner.h"

namespace storyteller {

/// What is seen in a picture, by its word.
struct NamedConcept {
  std::string word;
  float p = 0;
};

/// Captioners that speak as one (model/search/ensemble_steps.h), of any kinds of encoders and
/// decoders; a single one is an ensemble, too, and says what it says alone.
class Ensemble {
 public:
  /// From the files of models. Throws what Captioner::load throws, and UsageError where the models
  /// do not know the same words.
  static Ensemble load(std::span<const std::string> paths, Device device);
  /// At least one; `names` of the captioners, for errors. Throws that UsageError.
  Ensemble(std::vector<std::unique_ptr<Captioner>> members, std::span<const std::string> names);

  std::span<const std::unique_ptr<Captioner>> members() const { return members_; }
  /// The member whose regions the captions' attention is over: the first that attends, or the
  /// first.
  Captioner& shown() const { return *shown_; }
  bool attends() const { return shown_->decoder().attends(); }
  /// Members that attend, but over another number of regions: `alpha` knows nothing of them.
  size_t not_shown() const;
  const Vocabulary& vocabulary() const { return members_[0]->vocabulary(); }
  /// How sure the first member is, also of what all of them say together; null: it cannot tell.
  const Confidence* confidence() const { return members_[0]->confidence(); }
  /// What captioning uses unless told otherwise: what the first member recommends.
  const SearchOptions& search() const { return members_[0]->options().search; }

  /// One member for each encoder that differs from the others in network, weights or preprocessing;
  /// the features that it makes of pictures serve all members that have it.
  std::span<Captioner* const> encoders() const { return encoders_; }
  /// For each picture the concepts that are seen in it, the most probable first, by the first
  /// member that has some; empty where none has.
  std::vector<std::vector<NamedConcept>> concepts(std::span<const Tensor> features) const;
  /// As Captioner::captions; features[e] (I,L,D) are those of encoders()[e].
  std::vector<std::vector<Caption>> captions(std::span<const Tensor> features,
                                             const SearchOptions& search,
                                             std::span<const uint64_t> numbers = {},
                                             SearchDemands demands = {});

 private:
  /// The first that has concepts; as many as there are members: none.
  size_t with_concepts() const;

  std::vector<std::unique_ptr<Captioner>> members_;
  std::vector<Captioner*> encoders_;
  std::vector<size_t> encoder_of_;  // [member]
  Captioner* shown_;
};

}  // namespace storyteller
