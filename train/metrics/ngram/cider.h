#pragma once

#include "train/metrics/ngram/references.h"

namespace storyteller {

/// CIDEr-D in [0, 10] (Vedantam et al. 2015), the variant that coco-caption reports as CIDEr:
///   g = tf (ln N - ln max(1, df)),
///   sim_n = sum min(h, r) r / (|h| |r|) exp(-delta^2 / (2 6^2)),
/// delta the difference of lengths counted in bigrams; the mean over n = 1..4 and over the
/// references, times 10. Zero where N is 1.
double cider_d(const PreparedReferences& references, size_t image,
               const PreparedCaption& hypothesis);

/// Plain CIDEr: the cosine alone, without clipping and length penalty.
double cider(const PreparedReferences& references, size_t image, const PreparedCaption& hypothesis);

struct CiderScores {
  double clipped = 0;  ///< CIDEr-D
  double plain = 0;    ///< CIDEr
};

/// Both from one pass.
CiderScores cider_scores(const PreparedReferences& references, size_t image,
                         const PreparedCaption& hypothesis);

}  // namespace storyteller
