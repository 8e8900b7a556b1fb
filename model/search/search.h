#pragma once

#include <cstdint>
#include <vector>

#include "model/decoder/decoder.h"
#include "model/vocabulary.h"

namespace storyteller {

/// How a sentence is sought.
struct SearchOptions {
  int beam = 3;                 ///< hypotheses kept; 1 is greedy decoding
  int max_words = 20;           ///< a sentence that reaches this is cut
  float length_penalty = 0.7F;  ///< p: hypotheses are compared by log-probability / length^p
  int no_repeat_ngram = 0;      ///< bars words that would repeat an n-gram of this size; 0: off
};

/// One sentence for one picture.
struct FoundCaption {
  std::vector<int> words;      ///< ids, without <end>; never empty
  double log_probability = 0;  ///< of the words and, unless cut, of <end>
  double score = 0;            ///< log_probability / length^p, length counting <end>
  bool finished = false;       ///< false: cut at max_words
  std::vector<float> alpha;    ///< (words, L): where the network looked for each word
};

/// Beam search (Graves 2012; Sutskever 2014) over all pictures of `features` at once.
///
/// At each step the best beam - f continuations of a picture's live hypotheses are kept, f counting
/// those that have ended; a continuation by <end> ends its hypothesis. Ties go to the better
/// hypothesis, then to the lower word id. <pad>, <start> and <unk> are never said, and <end> is
/// not offered as the first word: no caption is empty. Of the ended hypotheses the best score wins;
/// where none ended within max_words, the most probable one is cut. Probabilities are those among
/// the words that may be said.
///
/// `features` (I,L,D). Returns one caption a picture. The decoder must be refreshed. Throws
/// ModelError where no word has a probability, which is when features or weights are not finite.
std::vector<FoundCaption> beam_search(Decoder& decoder, const Tensor& features,
                                      const SearchOptions& options);

}  // namespace storyteller
