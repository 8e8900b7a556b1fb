#include "model/search/search_options.h"

#include <algorithm>
#include <type_traits>

#include "core/error.h"

namespace storyteller {
namespace {

using Of = SearchOption::Of;

constexpr double kLarge = 1e6;

const SearchOption kOptions[] = {
    {"beam", "--beam", &SearchOptions::beam, 1, 100, "hypotheses kept while searching; 1: greedy",
     Of::kAll, false},
    {"max_words", "--max-words", &SearchOptions::max_words, 1, 1000, "longest caption", Of::kAll,
     false},
    {"length_penalty", "--length-penalty", &SearchOptions::length_penalty, 0, 10,
     "p: captions are compared by log-probability / length^p", Of::kAll, false},
    {"no_repeat_ngram", "--no-repeat-ngram", &SearchOptions::no_repeat_ngram, 0, 100,
     "bar words that repeat an n-gram of this size; 0: off", Of::kAll, false},
    {"min_words", "--min-words", &SearchOptions::min_words, 1, 1000, "shortest caption"},
    {"content_once", "--content-once", &SearchOptions::content_once, 0, 1,
     "bar words that were said, function words aside"},
    {"bar_bad_endings", "--bar-bad-endings", &SearchOptions::bar_bad_endings, 0, 1,
     "bar an end behind a word that begins something, such as a, of or with"},
    {"diverse", "--diverse", &SearchOptions::diverse, 1, 100,
     "groups of a diverse beam search, each of `beam` hypotheses; 1: plain beam search"},
    {"diversity", "--lambda", &SearchOptions::diversity, 0, kLarge,
     "diverse beam search: cost of a word that a group before says", Of::kGroups},
    {"diversity_range", "--diversity-range", &SearchOptions::diversity_range, 0, kLarge,
     "diverse beam search: differences after which the cost fades; 0: never", Of::kGroups},
    {"sample", "--sample", &SearchOptions::sample, 0, 1000,
     "captions drawn for each picture instead of a search; 0: search"},
    {"temperature", "--temperature", &SearchOptions::temperature, 0, 100,
     "of the draws; 0: the most probable word", Of::kDraws},
    {"top_k", "--top-k", &SearchOptions::top_k, 0, kLarge,
     "draw from this many most probable words; 0: all", Of::kDraws},
    {"top_p", "--top-p", &SearchOptions::top_p, 0, 1,
     "draw from the fewest words that have this probability together", Of::kDraws},
    {"min_p", "--min-p", &SearchOptions::min_p, 0, 1,
     "draw from words of at least this share of the most probable one's probability", Of::kDraws},
    {"typical", "--typical", &SearchOptions::typical, 0, 1,
     "draw from the most typical words that have this probability together", Of::kDraws},
    {"draw_seed", "--seed", &SearchOptions::draw_seed, 0, 2147483647, "random seed of the draws",
     Of::kDraws},
    {"n_best", "--n-best", &SearchOptions::n_best, 0, 1000,
     "captions for each picture; 0: one, or as many as are drawn or groups"},
};

}  // namespace

std::span<const SearchOption> search_option_table() { return kOptions; }

int captions_wanted(const SearchOptions& options) {
  if (options.n_best > 0) return options.n_best;
  return options.sample > 0 ? options.sample : options.diverse;
}

void check(const SearchOptions& options) {
  const auto refuse = [](const std::string& what) { throw UsageError(what); };
  if (options.sample > 0 && options.diverse > 1) {
    refuse("sample draws captions and diverse searches for them: choose one");
  }
  if (options.min_words > options.max_words) {
    refuse("min_words " + std::to_string(options.min_words) + " is more than max_words " +
           std::to_string(options.max_words));
  }
  const int found = options.sample > 0 ? options.sample : options.beam * options.diverse;
  if (options.n_best > found) {
    refuse("n_best " + std::to_string(options.n_best) + " is more than there can be, " +
           std::to_string(found) + "; raise " + (options.sample > 0 ? "sample" : "beam"));
  }
}

void declare(SearchOptions& options, Config& config) {
  for (const SearchOption& row : kOptions) {
    std::visit(
        [&]<class T>(T SearchOptions::*value) {
          if constexpr (std::is_same_v<T, bool>) {
            config.add(row.key, options.*value, row.help);
          } else {
            config.add(row.key, options.*value,
                       Range<T>{static_cast<T>(row.least), static_cast<T>(row.most)}, row.help);
          }
        },
        row.value);
  }
}

std::vector<std::string> keys_left_out(const SearchOptions& options) {
  std::vector<std::string> keys;
  const SearchOptions fresh;
  for (const SearchOption& row : kOptions) {
    const bool same =
        std::visit([&](auto value) { return options.*value == fresh.*value; }, row.value);
    if (row.young && same) keys.emplace_back(row.key);
  }
  return keys;
}

}  // namespace storyteller
