#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "core/text/text_set.h"
#include "train/metrics/ngram/ngram.h"
#include "train/text/ptb/tokenizer.h"

namespace storyteller {

/// Tokenised references: [image][reference].
using TokenizedReferences = std::vector<std::vector<Tokens>>;

/// Throws InputError if there is no image, or an image without references.
void require_references(const TokenizedReferences& references);

/// In how many images' references each n-gram occurs (CIDEr's df). Immutable and thread-safe; made
/// once from the training references and shared by whatever scores rewards.
class DocumentFrequencies {
 public:
  explicit DocumentFrequencies(const TokenizedReferences& references);
  /// What save() wrote. Throws ModelError naming the file where it is none, or damaged.
  static DocumentFrequencies load(const std::filesystem::path& path);
  /// Writes a safetensors file, atomically: `tokens` (UTF-8, each with a line end), `ngrams` (n, 4)
  /// as numbers of tokens from 1 (0: none), `counts` (n), `documents` (1). Throws IoError.
  void save(const std::filesystem::path& path) const;
  /// N, the number of images counted.
  size_t documents() const { return documents_; }
  /// df of an n-gram over the ids of `tokens()`; 0 if it was never seen.
  uint32_t count(const Ngram& ngram) const;
  const TextSet& tokens() const { return tokens_; }

 private:
  DocumentFrequencies() = default;

  TextSet tokens_;
  NgramIndex index_;
  std::vector<uint32_t> counts_;
  size_t documents_ = 0;
};

/// A hypothesis in the ids of one PreparedReferences; valid for that object only.
struct PreparedCaption {
  std::vector<TokenId> words;   ///< tokens as given (ROUGE-L); a sentinel if there are none
  std::vector<TokenId> tokens;  ///< split further at white space inside (BLEU, CIDEr)
  /// Distinct n-grams of `tokens`, sorted: longer ones follow the bigram that they begin with, so
  /// what rules out the bigram rules them out without another look-up.
  std::vector<NgramCount> ngrams;
};

/// The references of many images, tokenised and indexed once, from which BLEU, ROUGE-L and CIDEr
/// score single hypotheses in microseconds. Thread-safe when const. Metrics that need other
/// preparations (METEOR, SPICE) keep their own object beside this one.
class PreparedReferences {
 public:
  /// One reference n-gram of one image.
  struct Entry {
    uint32_t max_count;  ///< largest count in one reference (BLEU's clip)
    double idf;          ///< ln N - ln max(1, df)
  };
  struct Image {
    NgramIndex index;                                  ///< distinct n-grams of all references
    std::vector<Entry> entries;                        ///< [n-gram]
    std::vector<uint32_t> counts;                      ///< [n-gram][reference]
    std::vector<uint32_t> lengths;                     ///< [reference], in tokens
    std::vector<std::array<double, kMaxOrder>> norms;  ///< [reference][n - 1], of the tf-idf vector
    std::vector<std::vector<TokenId>> words;           ///< [reference], for ROUGE-L
    size_t references() const { return lengths.size(); }
  };

  /// Document frequencies are those of `references` itself.
  /// Throws InputError if there is no image, or an image without references.
  explicit PreparedReferences(const TokenizedReferences& references);
  /// Document frequencies are supplied (not null), as for rewards.
  PreparedReferences(const TokenizedReferences& references,
                     std::shared_ptr<const DocumentFrequencies> frequencies);

  size_t images() const { return images_.size(); }
  /// Throws InternalError if `image` is not below images().
  const Image& image(size_t image) const;
  PreparedCaption prepare(const Tokens& hypothesis) const;
  /// ln N - ln max(1, df) of any n-gram in this object's ids.
  double idf(const Ngram& ngram) const;
  /// ln N: the idf of an n-gram in at most one image.
  double largest_idf() const { return idf_by_count_.front(); }
  const std::shared_ptr<const DocumentFrequencies>& frequencies() const { return frequencies_; }

 private:
  Image index_image(const std::vector<Tokens>& references);

  std::shared_ptr<const DocumentFrequencies> frequencies_;
  TextSet tokens_;  // begins with those of frequencies_
  double log_documents_ = 0;
  std::vector<double> idf_by_count_;  // [df] ln N - ln max(1, df), of the common df
  std::vector<Image> images_;
};

/// Splits tokens at white space inside them, U+00A0 included, as BLEU and CIDEr do.
Tokens split_at_white_space(const Tokens& tokens);

}  // namespace storyteller
