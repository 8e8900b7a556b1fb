#pragma once

#include <array>
#include <string>
#include <vector>

#include "train/metrics/references.h"

namespace storyteller {

/// Scores of one hypothesis against the references of its image.
struct ImageScores {
  std::array<double, kMaxOrder> bleu{};  ///< BLEU-1..4, [0, 1]
  double rouge_l = 0;                    ///< [0, 1]
  double cider = 0;                      ///< CIDEr-D, [0, 10]: what the literature reports as CIDEr
  double plain_cider = 0;                ///< CIDEr without clipping and length penalty
};

/// Scores of a whole set, one hypothesis per image.
struct CaptionScores {
  std::array<double, kMaxOrder> bleu{};  ///< from the summed counts, not a mean
  double rouge_l = 0;                    ///< mean over images
  double cider = 0;                      ///< mean over images, CIDEr-D
  double plain_cider = 0;                ///< mean over images
  size_t distinct_captions = 0;          ///< different token sequences among the hypotheses
  std::vector<ImageScores> images;       ///< [image]
};

/// Scores hypotheses[i] against image i. `threads` 0 means one per core; the result does not depend
/// on it, bit for bit. Throws InputError if there is not exactly one hypothesis per image.
CaptionScores score_captions(const PreparedReferences& references,
                             const std::vector<Tokens>& hypotheses, int threads = 0);

/// All metrics of a single hypothesis, as a reward.
ImageScores score_caption(const PreparedReferences& references, size_t image,
                          const Tokens& hypothesis);

/// ptb_tokenize over many captions. `threads` as above.
std::vector<Tokens> ptb_tokenize_all(const std::vector<std::string>& captions, int threads = 0);
/// The same for references, [image][reference].
TokenizedReferences ptb_tokenize_references(const std::vector<std::vector<std::string>>& references,
                                            int threads = 0);

/// Number of different captions, by their tokens.
size_t count_distinct_captions(const std::vector<Tokens>& captions);

}  // namespace storyteller
