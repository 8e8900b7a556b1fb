#pragma once

#include <span>
#include <variant>

#include "core/config.h"

namespace storyteller {

/// How a sentence is sought.
struct SearchOptions {
  int beam = 3;                 ///< hypotheses kept; 1 is greedy decoding
  int max_words = 20;           ///< a sentence that reaches this is cut
  float length_penalty = 0.7F;  ///< p: hypotheses are compared by log-probability / length^p
  int no_repeat_ngram = 0;      ///< bars words that would repeat an n-gram of this size; 0: off
};

/// A row of the table of search options: the one list of them for configuration files, model files
/// and command lines.
struct SearchOption {
  const char* key;  ///< "max_words"; as a flag --max-words
  std::variant<int SearchOptions::*, float SearchOptions::*> value;
  double least, most;
  const char* help;
};
std::span<const SearchOption> search_option_table();

/// Declares them all: those of captioning alone.
void declare(SearchOptions& options, Config& config);

}  // namespace storyteller
