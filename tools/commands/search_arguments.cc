#include "tools/commands/search_arguments.h"

#include <CLI/CLI.hpp>

namespace storyteller {

void SearchArguments::add_options(CLI::App& command) {
  command.add_option("--beam", beam, "hypotheses kept while searching; 1: greedy")
      ->check(CLI::Range(1, 100));
  command.add_option("--max-words", max_words, "longest caption")->check(CLI::Range(1, 1000));
  command
      .add_option("--length-penalty", length_penalty,
                  "p: captions are compared by log-probability / length^p")
      ->check(CLI::Range(0.0F, 10.0F));
  command
      .add_option("--no-repeat-ngram", no_repeat_ngram,
                  "bar words that repeat an n-gram of this size; 0: off")
      ->check(CLI::Range(0, 100));
}

SearchOptions SearchArguments::over(SearchOptions options) const {
  options.beam = beam.value_or(options.beam);
  options.max_words = max_words.value_or(options.max_words);
  options.length_penalty = length_penalty.value_or(options.length_penalty);
  options.no_repeat_ngram = no_repeat_ngram.value_or(options.no_repeat_ngram);
  return options;
}

}  // namespace storyteller
