#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "core/config.h"

namespace storyteller {

/// How a sentence is sought.
struct SearchOptions {
  int beam = 3;                 ///< hypotheses kept; 1 is greedy decoding
  int max_words = 20;           ///< a sentence that reaches this is cut
  float length_penalty = 0.7F;  ///< p: hypotheses are compared by log-probability / length^p
  int no_repeat_ngram = 0;      ///< bars words that would repeat an n-gram of this size; 0: off

  int min_words = 1;             ///< no sentence ends before
  bool content_once = false;     ///< no word twice but function words
  bool bar_bad_endings = false;  ///< no sentence ends behind a word that begins something

  int diverse = 1;         ///< groups of a diverse beam search, each of `beam` hypotheses
  float diversity = 0.5F;  ///< lambda: what it costs to say what a group before says
  /// Gamma of cumulative diversity, which ceases as sentences part; 0: Hamming diversity, which
  /// counts the same words at the same place.
  float diversity_range = 0;

  int sample = 0;         ///< sentences drawn instead of sought; 0: none
  float temperature = 1;  ///< of the draws; 0: the most probable word
  int top_k = 0;          ///< draws from the k most probable words; 0: all
  float top_p = 1;        ///< draws from the fewest words that reach this probability
  float min_p = 0;        ///< draws from words of at least this share of the most probable one's
  float typical = 1;      ///< draws from the most typical words that reach this probability
  int draw_seed = 1;      ///< names the draws

  int n_best = 0;  ///< sentences handed out; 0: one, or as many as are drawn or groups
};

/// Sentences for each picture that the options ask for.
int captions_wanted(const SearchOptions& options);

/// A row of the table of search options: the one list of them for configuration files, model files
/// and command lines.
struct SearchOption {
  const char* key;   ///< "max_words"
  const char* flag;  ///< "--max-words"
  std::variant<int SearchOptions::*, float SearchOptions::*, bool SearchOptions::*> value;
  double least, most;  ///< of a number
  const char* help;
  /// What the row is about; without that it would do nothing.
  enum class Of : int { kAll, kDraws, kGroups } of = Of::kAll;
  /// Younger than the format of model files, where it is left out unless it says something new.
  bool young = true;
};
std::span<const SearchOption> search_option_table();

/// Throws UsageError where the options contradict each other.
void check(const SearchOptions& options);

/// Declares them all: those of captioning alone.
void declare(SearchOptions& options, Config& config);
/// The keys that a model file need not hold: young ones at their defaults.
std::vector<std::string> keys_left_out(const SearchOptions& options);

}  // namespace storyteller
