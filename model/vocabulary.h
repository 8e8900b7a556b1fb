#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/text/string_hash.h"

namespace storyteller {

/// A word and how often it occurs.
struct WordCount {
  std::string_view word;
  size_t count = 0;
};

/// The words that a captioner knows, by id: four special tokens, then the words of the training
/// captions by falling frequency, ties in byte order.
class Vocabulary {
 public:
  static constexpr int kPad = 0;    ///< Fills what is no token.
  static constexpr int kStart = 1;  ///< Input of the first step.
  static constexpr int kEnd = 2;    ///< Ends a caption.
  static constexpr int kUnk = 3;    ///< Stands for every word that is not known.
  static constexpr int kSpecialTokens = 4;

  /// Counts the words of tokenised training captions and keeps those that occur at least
  /// `min_count` times.
  static Vocabulary build(std::span<const std::vector<std::string>> captions, size_t min_count = 5);

  /// The same of words that were counted elsewhere.
  static Vocabulary build(std::span<const WordCount> counts, size_t min_count = 5);

  /// From a checkpoint: all words by id, special tokens included. Throws ModelError where these are
  /// not the first four, or a word is empty, holds white space, or comes twice.
  explicit Vocabulary(std::vector<std::string> words);

  int size() const { return static_cast<int>(words_.size()); }
  /// All words by id: what a checkpoint keeps.
  const std::vector<std::string>& words() const { return words_; }

  /// kUnk for what is not known.
  int id(std::string_view word) const;
  /// Throws InternalError for an id outside [0, size()).
  const std::string& word(int id) const;

  std::vector<int> encode(std::span<const std::string> words) const;

  /// The words up to the first kEnd; kPad and kStart are left out, kUnk reads "<unk>".
  std::vector<std::string> decode(std::span<const int> ids) const;
  /// The same, joined by blanks.
  std::string sentence(std::span<const int> ids) const;

 private:
  std::vector<std::string> words_;
  std::unordered_map<std::string, int, StringHash, std::equal_to<>> ids_;
};

}  // namespace storyteller
