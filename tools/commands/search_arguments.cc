#include "tools/commands/search_arguments.h"

namespace storyteller {

void SearchArguments::add_options(const Options& command) {
  command.number("--beam", beam, "hypotheses kept while searching; 1: greedy", {1, 100});
  command.number("--max-words", max_words, "longest caption", {1, 1000});
  command.number("--length-penalty", length_penalty,
                 "p: captions are compared by log-probability / length^p", {0, 10});
  command.number("--no-repeat-ngram", no_repeat_ngram,
                 "bar words that repeat an n-gram of this size; 0: off", {0, 100});
}

SearchOptions SearchArguments::over(SearchOptions options) const {
  options.beam = beam.value_or(options.beam);
  options.max_words = max_words.value_or(options.max_words);
  options.length_penalty = length_penalty.value_or(options.length_penalty);
  options.no_repeat_ngram = no_repeat_ngram.value_or(options.no_repeat_ngram);
  return options;
}

}  // namespace storyteller
