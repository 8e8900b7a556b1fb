#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "train/metrics/ngram/references.h"

namespace storyteller {

/// What a set of captions looks like as text, whatever the pictures are.
struct CaptionStatistics {
  /// Captions of this many words or more share the last bin of `lengths`.
  static constexpr size_t kLongest = 30;

  size_t captions = 0;
  size_t distinct_captions = 0;
  size_t words = 0;       ///< tokens in all
  size_t vocabulary = 0;  ///< different tokens
  double mean_length = 0;
  double distinct_1 = 0;  ///< different tokens, over all tokens (Li et al. 2016)
  double distinct_2 = 0;  ///< different pairs of neighbours, over all tokens
  double dangling = 0;    ///< share that ends in a word that begins something, see is_bad_ending
  std::vector<size_t> lengths = std::vector<size_t>(kLongest + 1);  ///< [words] captions
};

/// Of no captions everything is zero.
CaptionStatistics caption_statistics(std::span<const Tokens> captions);

/// Share of captions that, token by token, are no caption of the training set.
double share_unseen(std::span<const Tokens> captions, std::span<const Tokens> training);

/// How different the samples for one picture are; means over pictures.
struct SampleDiversity {
  size_t images = 0;      ///< pictures with two samples or more: the others do not count
  double div_1 = 0;       ///< different tokens in a picture's samples, over all their tokens
  double div_2 = 0;       ///< different pairs of neighbours, likewise (Shetty et al. 2017)
  double mbleu_4 = 0;     ///< BLEU-4 of each sample against the others; lower is more diverse
  double self_cider = 0;  ///< [0, 1], see self_cider
};

/// @param samples [image][sample].
/// @param frequencies weigh n-grams in self-CIDEr.
SampleDiversity sample_diversity(const std::vector<std::vector<Tokens>>& samples,
                                 const DocumentFrequencies& frequencies, int threads = 0);

/// Mean over the samples of BLEU-4 of each against the others as its references.
/// Needs two samples; of fewer it is 0.
double mbleu_4(const std::vector<Tokens>& samples);

/// Self-CIDEr (Wang and Chan 2019): from the eigenvalues l of the k x k kernel of CIDEr (without
/// factor 10) between the samples, -log(sqrt(l_max) / sum sqrt(l)) / log k; 0: all alike, 1:
/// nothing in common. Of fewer than two samples, or of samples without any weight, it is 0.
double self_cider(const std::vector<Tokens>& samples, const DocumentFrequencies& frequencies);

/// That kernel, (k, k) row-major: the mean over n = 1..4 of the cosine of the tf-idf vectors.
std::vector<double> cider_kernel(const std::vector<Tokens>& samples,
                                 const DocumentFrequencies& frequencies);

}  // namespace storyteller
