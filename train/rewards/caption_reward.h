#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "train/data/caption_corpus.h"
#include "train/metrics/caption_scorer.h"

namespace storyteller {

/// What a caption is worth: a weighted sum of metrics' scores.
struct RewardTerm {
  std::string key;    ///< of a column of the metrics' table: "cider", "bleu_4"
  double weight = 1;  ///< negative where less is better: CHAIR
};

/// "cider", or "cider:1,bleu_4:0.5": scores as they are, CIDEr-D from 0 to 10, the others from 0
/// to 1; those of which less is better are subtracted ("cider,chair_i:0.5"). `where` names the
/// option in the UsageError that anything else gets.
std::vector<RewardTerm> parse_reward(std::string_view text, std::string_view where);

/// A caption to be rewarded.
struct RewardedCaption {
  size_t image = 0;       ///< of the corpus
  Tokens tokens;          ///< without <end>
  bool finished = false;  ///< it said <end>
};

/// Rewards captions by the training references, and by document frequencies of the training
/// references alone. BLEU, ROUGE-L and CIDEr count <end> as a word of caption and references: else
/// a caption that stops in mid-sentence ("with a") loses nothing (Hu 2023, "A request for clarity
/// over the End of Sequence token in the Self-Critical Sequence Training"). Const and thread-safe.
class CaptionReward {
 public:
  /// `terms` are not empty. Throws InputError where METEOR or SPICE lacks its resources.
  CaptionReward(std::vector<RewardTerm> terms, const CaptionCorpus& corpus);

  /// One for each caption, on all threads. The images have captions in the corpus.
  std::vector<double> operator()(std::span<const RewardedCaption> captions) const;

  /// How the reward treats <end>, after Hu 2023: "STANDARD_wInit+Cider-D[n4,s6.0]", to which
  /// self-critical training adds its baseline.
  std::string signature() const;

 private:
  double of(const RewardedCaption& caption) const;

  std::vector<RewardTerm> terms_;
  std::vector<size_t> number_;  // (images of the corpus) among those that have captions
  std::unique_ptr<const CaptionScorer> ended_;  // <end> is a word; null: no term wants it
  std::unique_ptr<const CaptionScorer> plain_;
};

}  // namespace storyteller
