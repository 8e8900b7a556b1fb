#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "model/concepts/concepts.h"
#include "train/concepts/concept_noise.h"
#include "train/data/caption_corpus.h"

namespace storyteller {

/// Which concepts the captions of each training picture name, and what of it a decoder in training
/// is shown: as a detector would, not all of them, and some that are wrong.
class PictureConcepts {
 public:
  /// `inputs`: most that are shown of a picture.
  PictureConcepts(const CaptionCorpus& corpus, const Vocabulary& vocabulary,
                  const ConceptTable& table, const ConceptNoise& noise, int64_t inputs);

  size_t concepts() const { return total_.size(); }  ///< K
  /// Those that the captions name: first those that most captions do, then the more frequent ones.
  std::span<const int32_t> named(size_t image) const {
    return std::span(numbers_).subspan(begin_[image], begin_[image + 1] - begin_[image]);
  }
  /// What is shown of a picture in a step: a function of these three numbers.
  std::vector<SeenConcept> shown(size_t image, uint64_t seed, uint64_t step) const;

 private:
  ConceptNoise noise_;
  size_t inputs_;
  std::vector<int32_t> numbers_;
  std::vector<size_t> begin_;    // (images + 1) into numbers_
  std::vector<uint64_t> total_;  // (K) pictures whose captions name it or one before it
};

}  // namespace storyteller
