#include "model/search/search_options.h"

namespace storyteller {
namespace {

const SearchOption kOptions[] = {
    {"beam", &SearchOptions::beam, 1, 100, "hypotheses kept while searching; 1: greedy"},
    {"max_words", &SearchOptions::max_words, 1, 1000, "longest caption"},
    {"length_penalty", &SearchOptions::length_penalty, 0, 10,
     "p: captions are compared by log-probability / length^p"},
    {"no_repeat_ngram", &SearchOptions::no_repeat_ngram, 0, 100,
     "bar words that repeat an n-gram of this size; 0: off"},
};

}  // namespace

std::span<const SearchOption> search_option_table() { return kOptions; }

void declare(SearchOptions& options, Config& config) {
  for (const SearchOption& row : kOptions) {
    std::visit(
        [&]<class T>(T SearchOptions::*value) {
          config.add(row.key, options.*value,
                     Range<T>{static_cast<T>(row.least), static_cast<T>(row.most)}, row.help);
        },
        row.value);
  }
}

}  // namespace storyteller
