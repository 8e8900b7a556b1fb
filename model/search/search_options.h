#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "core/config.h"

namespace storyteller {

class LogitFilter;
class Vocabulary;

/// How a sentence is sought.
struct SearchOptions {
  int beam = 3;                 ///< hypotheses kept; 1 is greedy decoding
  int max_words = 20;           ///< a sentence that reaches this is cut
  float length_penalty = 0.7F;  ///< p: hypotheses are compared by log-probability / length^p
  int no_repeat_ngram = 0;      ///< bars words that would repeat an n-gram of this size; 0: off

  int min_words = 1;                  ///< no sentence ends before
  bool content_once = false;          ///< no word twice but function words
  bool bar_immediate_repeat = false;  ///< no word follows itself
  bool bar_bad_endings = false;       ///< no sentence ends behind a word that begins something

  /// What the logit of a word is raised by, times its probability, that names a concept which is
  /// seen and was not said yet; 0: off.
  float concept_bonus = 0;
  /// Weight of the detector's opinion of words for concepts that are not seen: such a word's logit
  /// is lowered by this times log(concept_threshold / probability); 0: off.
  float concept_doubt = 0;

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

/// The filter of logits that the options ask for. Null where they ask for none, or where it must
/// know what words mean and `vocabulary` is null.
using MakeLogitFilter = std::unique_ptr<LogitFilter>(const SearchOptions& options,
                                                     const Vocabulary* vocabulary);
/// Those of the table below, each in a file of model/search/filters/.
MakeLogitFilter no_repeat_ngram, min_words, content_once, bar_bad_endings, bar_immediate_repeat;

/// A row of the table of search options: the one list of them for configuration files, model files
/// and command lines.
struct SearchOption {
  const char* key;   ///< "max_words"
  const char* flag;  ///< "--max-words"
  std::variant<int SearchOptions::*, float SearchOptions::*, bool SearchOptions::*> value;
  double least, most;  ///< of a number
  const char* help;
  MakeLogitFilter* filter = nullptr;  ///< what the option switches on; null: no filter
  /// What the row is about; without that it would do nothing.
  enum class Of : int { kAll, kDraws, kGroups } of = Of::kAll;
  /// Younger than the format of model files, where it is left out unless it says something new.
  bool young = true;
};

inline constexpr SearchOption kSearchOptions[] = {
    {.key = "beam",
     .flag = "--beam",
     .value = &SearchOptions::beam,
     .least = 1,
     .most = 100,
     .help = "beam size; 1: greedy search",
     .young = false},
    {.key = "max_words",
     .flag = "--max-words",
     .value = &SearchOptions::max_words,
     .least = 1,
     .most = 1000,
     .help = "longest caption, in words",
     .young = false},
    {.key = "length_penalty",
     .flag = "--length-penalty",
     .value = &SearchOptions::length_penalty,
     .least = 0,
     .most = 10,
     .help =
         "length normalization p: hypotheses are compared by log-probability / length^p; 0: none",
     .young = false},
    {.key = "no_repeat_ngram",
     .flag = "--no-repeat-ngram",
     .value = &SearchOptions::no_repeat_ngram,
     .least = 0,
     .most = 100,
     .help = "bar n-grams of this size that would repeat; 0: off",
     .filter = no_repeat_ngram,
     .young = false},
    {.key = "min_words",
     .flag = "--min-words",
     .value = &SearchOptions::min_words,
     .least = 1,
     .most = 1000,
     .help = "shortest caption, in words",
     .filter = min_words},
    {.key = "content_once",
     .flag = "--content-once",
     .value = &SearchOptions::content_once,
     .least = 0,
     .most = 1,
     .help = "bar content words that were said",
     .filter = content_once},
    {.key = "bar_bad_endings",
     .flag = "--bar-bad-endings",
     .value = &SearchOptions::bar_bad_endings,
     .least = 0,
     .most = 1,
     .help = "bar an end behind a word that begins something: a, of, with, ...",
     .filter = bar_bad_endings},
    {.key = "bar_immediate_repeat",
     .flag = "--bar-immediate-repeat",
     .value = &SearchOptions::bar_immediate_repeat,
     .least = 0,
     .most = 1,
     .help = "bar the word that was said last",
     .filter = bar_immediate_repeat},
    {.key = "concept_bonus",
     .flag = "--concept-bonus",
     .value = &SearchOptions::concept_bonus,
     .least = 0,
     .most = 100,
     .help = "raise logits of detected concepts that were not said, by this times probability"},
    {.key = "concept_doubt",
     .flag = "--concept-doubt",
     .value = &SearchOptions::concept_doubt,
     .least = 0,
     .most = 100,
     .help = "lower logits of concepts that are not seen, by this times how improbable they are"},
    {.key = "diverse",
     .flag = "--diverse",
     .value = &SearchOptions::diverse,
     .least = 1,
     .most = 100,
     .help = "groups of diverse beam search, each with a beam of its own; 1: plain beam search"},
    {.key = "diversity",
     .flag = "--lambda",
     .value = &SearchOptions::diversity,
     .least = 0,
     .most = 1e6,
     .help = "diversity strength of the groups: penalty of a word that an earlier group says",
     .of = SearchOption::Of::kGroups},
    {.key = "diversity_range",
     .flag = "--diversity-range",
     .value = &SearchOptions::diversity_range,
     .least = 0,
     .most = 1e6,
     .help =
         "differences after which that penalty fades (cumulative diversity); 0: Hamming diversity",
     .of = SearchOption::Of::kGroups},
    {.key = "sample",
     .flag = "--sample",
     .value = &SearchOptions::sample,
     .least = 0,
     .most = 1000,
     .help = "captions sampled for each image, instead of a search; 0: search"},
    {.key = "temperature",
     .flag = "--temperature",
     .value = &SearchOptions::temperature,
     .least = 0,
     .most = 100,
     .help = "softmax temperature of sampling; 0: the most probable word",
     .of = SearchOption::Of::kDraws},
    {.key = "top_k",
     .flag = "--top-k",
     .value = &SearchOptions::top_k,
     .least = 0,
     .most = 1e6,
     .help = "sample from this many most probable words; 0: all",
     .of = SearchOption::Of::kDraws},
    {.key = "top_p",
     .flag = "--top-p",
     .value = &SearchOptions::top_p,
     .least = 0,
     .most = 1,
     .help = "nucleus sampling: the fewest words with this probability together; 1: all",
     .of = SearchOption::Of::kDraws},
    {.key = "min_p",
     .flag = "--min-p",
     .value = &SearchOptions::min_p,
     .least = 0,
     .most = 1,
     .help = "sample from words of at least this share of the greatest probability; 0: all",
     .of = SearchOption::Of::kDraws},
    {.key = "typical",
     .flag = "--typical",
     .value = &SearchOptions::typical,
     .least = 0,
     .most = 1,
     .help =
         "locally typical sampling: the most typical words with this probability together; 1: all",
     .of = SearchOption::Of::kDraws},
    {.key = "draw_seed",
     .flag = "--seed",
     .value = &SearchOptions::draw_seed,
     .least = 0,
     .most = 2147483647,
     .help = "random seed of sampling",
     .of = SearchOption::Of::kDraws},
    {.key = "n_best",
     .flag = "--n-best",
     .value = &SearchOptions::n_best,
     .least = 0,
     .most = 1000,
     .help = "captions for each image; 0: one, or as many as are sampled or groups"},
};

/// What a message calls an option.
using SearchOptionName = std::string (*)(const SearchOption& option);
std::string setting_name(const SearchOption& option);  ///< "`n_best`"
std::string flag_name(const SearchOption& option);     ///< "--n-best"

/// Whether a search asks what a model with concepts detects.
inline bool uses_concepts(const SearchOptions& options) {
  return options.concept_bonus > 0 || options.concept_doubt > 0;
}

/// Throws UsageError where the options contradict each other.
void check(const SearchOptions& options, SearchOptionName name = setting_name);

/// Declares them all: those of captioning alone.
void declare(SearchOptions& options, Config& config);
/// The keys that a model file need not hold: young ones at their defaults.
std::vector<std::string> keys_left_out(const SearchOptions& options);

}  // namespace storyteller
