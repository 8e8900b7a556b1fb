#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "model/vocabulary.h"
#include "train/data/caption_corpus.h"

namespace storyteller {

/// How much of a set's captions a vocabulary and a cap on their length leave.
struct WordCoverage {
  size_t captions = 0;
  size_t cut = 0;        ///< captions longer than the cap
  size_t words = 0;      ///< of all captions together
  size_t unknown = 0;    ///< of them: those that the vocabulary lacks
  size_t different = 0;  ///< words of the set, each once
  size_t known = 0;      ///< of them: those that the vocabulary has

  double unknown_share() const {
    return words == 0 ? 0 : static_cast<double>(unknown) / static_cast<double>(words);
  }
};
WordCoverage word_coverage(const CaptionCorpus& corpus, const Vocabulary& vocabulary,
                           int max_words = std::numeric_limits<int>::max());

/// The words of a new run. Throws UsageError that names `min_count` and how often the most frequent
/// word occurs where none would be left, and InputError where there are no captions.
Vocabulary build_vocabulary(const CaptionCorpus& corpus, int min_count);

/// What the user of a training should know of its words before it begins, a line each.
/// `min_count`: by which the vocabulary was built; 0: it is that of an earlier model.
std::vector<std::string> word_warnings(const WordCoverage& coverage, int min_count, int max_words);

/// What the user of an evaluation should know where most words of the references are none of the
/// model's; "": nothing.
std::string foreign_words_warning(const WordCoverage& coverage);

}  // namespace storyteller
