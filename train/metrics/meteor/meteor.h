#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/text/text_set.h"
#include "train/metrics/meteor/alignment.h"
#include "train/metrics/meteor/meteor_resources.h"
#include "train/metrics/ngram/ngram.h"
#include "train/metrics/ngram/references.h"

namespace storyteller {

/// METEOR 1.5 for English, as coco-caption runs it (Denkowski and Lavie 2014; `-l en -norm`):
///
///   P, R  = sum_i w_i (delta c_i + (1 - delta) f_i) / (delta c + (1 - delta) f)
///   F     = P R / (alpha P + (1 - alpha) R)
///   score = F (1 - gamma (chunks / matches)^beta)
///
/// c, f: content and function words of the hypothesis (P) or reference (R); c_i, f_i: those of them
/// that stage i matched; matches: matched words, mean of both sides; no penalty where all words
/// match in one chunk.
struct MeteorParameters {
  double alpha = 0.85;
  double beta = 0.2;
  double gamma = 0.6;
  double delta = 0.75;
  std::array<double, meteor_parts::kStages> weights = {1, 0.6, 0.8,
                                                       0.6};  ///< by meteor_parts::Stage
};
inline constexpr MeteorParameters kMeteorParameters;

/// What METEOR's formula takes, of one caption or summed over captions.
struct MeteorStatistics {
  struct Side {
    uint64_t content = 0;                                            ///< content words
    uint64_t function = 0;                                           ///< function words
    std::array<uint64_t, meteor_parts::kStages> matched_content{};   ///< by meteor_parts::Stage
    std::array<uint64_t, meteor_parts::kStages> matched_function{};  ///< by meteor_parts::Stage
    uint64_t length() const { return content + function; }
    uint64_t matched() const;
    bool operator==(const Side&) const = default;
    /// Any total order.
    bool operator<(const Side& other) const;
  };
  Side hypothesis;
  Side reference;  ///< the one that scores best
  /// Contiguous runs of matches; 0 where a whole caption is one with the whole reference.
  uint64_t chunks = 0;

  MeteorStatistics& operator+=(const MeteorStatistics& other);
  bool operator==(const MeteorStatistics&) const = default;
  /// Any total order.
  bool operator<(const MeteorStatistics& other) const;
};

/// METEOR in [0, 1] of one caption, or of a corpus by the sum of its captions' statistics (not the
/// mean of their scores). 0 where nothing matches.
double meteor(const MeteorStatistics& statistics);

/// The references of many images, normalised, stemmed and looked up once, from which METEOR scores
/// single hypotheses. Immutable and thread-safe.
class MeteorReferences {
 public:
  /// `resources` must not be null. Throws InputError if there is no image, or an image without
  /// references.
  MeteorReferences(const TokenizedReferences& references,
                   std::shared_ptr<const MeteorResources> resources);

  size_t images() const { return images_.size(); }
  const MeteorResources& resources() const { return *resources_; }

  /// Statistics of a hypothesis (Penn Treebank tokens) against the reference that scores best;
  /// among equals the one of the smallest statistics, so that the order of references makes no
  /// difference. Throws InternalError if `image` is not below images().
  MeteorStatistics statistics(size_t image, const Tokens& hypothesis) const;

 private:
  /// What is known of a word.
  struct Word {
    TokenId stem = TextSet::kAbsent;  // kAbsent: no reference has a word of this stem
    bool is_function_word = false;
    uint64_t signature = 0;          // no bit in common: no synonym set in common
    std::vector<uint32_t> synonyms;  // ids of its sets, ascending
  };
  struct Phrase {
    uint32_t begin;
    uint32_t length;
    uint32_t number;  // in the table of paraphrases
  };
  struct Reference {
    std::vector<uint32_t> words;  // numbers in Image::words
    std::vector<Phrase> phrases;
    MeteorStatistics::Side side;  // nothing matched
  };
  struct Image {
    std::vector<TokenId> words;  // distinct words of all references
    std::vector<Reference> references;
  };
  struct Hypothesis;
  struct Workspace;

  Word describe(const std::string& word) const;
  TokenId add_word(const std::string& word);
  Image prepare(const std::vector<Tokens>& references);
  Hypothesis look_up(const Tokens& hypothesis) const;
  std::vector<Phrase> find_phrases(const Tokens& words) const;
  static void find_word_candidates(const Image& image, const Hypothesis& hypothesis,
                                   const std::vector<Word>& words, Workspace& workspace);
  void find_phrase_candidates(const Reference& reference, const Hypothesis& hypothesis,
                              Workspace& workspace) const;
  MeteorStatistics compare(const Image& image, const Reference& reference,
                           const Hypothesis& hypothesis, Workspace& workspace) const;

  std::shared_ptr<const MeteorResources> resources_;
  TextSet vocabulary_;
  TextSet stems_;
  std::vector<Word> words_;  // [id in vocabulary_]
  std::vector<Image> images_;
};

}  // namespace storyteller
