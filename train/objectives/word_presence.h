#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "model/vocabulary.h"
#include "train/data/caption_corpus.h"

namespace storyteller {

/// The stem of a plural: step 1a of Porter, "An algorithm for suffix stripping" (1980). crosses ->
/// cross, ponies -> poni, cross -> cross, stars -> star.
std::string singular_stem(const std::string& word);

/// What a word detector learns from: which words belong to which picture, and how much each word
/// counts.
class WordPresence {
 public:
  WordPresence(const CaptionCorpus& corpus, const Vocabulary& vocabulary);

  /// Writes (V) ones and zeros: 1 where a caption of the picture uses the word, or another of its
  /// stem: where there are circles a circle is to be seen.
  void present(size_t image, float* row) const;

  /// (V), mean 1: Fleiss' kappa (1971), how far the captions of a picture agree on using the word
  /// beyond chance, (a - p) / (1 - p) with a = P(another caption has it | one has it) and p = P(a
  /// caption has it). Annotators agree on what is to be seen; on wording they do not.
  const std::vector<float>& weight() const { return weight_; }

 private:
  const CaptionCorpus& corpus_;
  const Vocabulary& vocabulary_;
  std::vector<int> stem_of_;               // (V) number of the word's stem
  std::vector<std::vector<int>> of_stem_;  // the words of each stem
  std::vector<float> weight_;
};

}  // namespace storyteller
