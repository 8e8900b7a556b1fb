#include "train/metrics/sets/set_measure.h"

#include <algorithm>
#include <string>

#include "core/error.h"

namespace storyteller {
namespace {

constexpr std::string_view kSingle = "no picture has two captions";

SetScore absent(std::string_view why) { return {.value = std::nullopt, .absent = why}; }
SetScore of(double value) { return {.value = value, .absent = {}}; }

double ratio(size_t part, size_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

/// Of all words: nothing where there are none.
SetScore of_words(const CaptionSets& sets, double value) {
  return sets.all.words == 0 ? absent("no caption has a word") : of(value);
}

/// Mean over the pictures with several captions of which `value` knows something.
template <class Value>
SetScore mean_over_sets(const CaptionSets& sets, std::string_view nothing, Value value) {
  if (sets.several() == 0) return absent(kSingle);
  double sum = 0;
  size_t count = 0;
  for (const CaptionSet& set : sets.pictures) {
    const std::optional<double> one = set.several() ? value(set) : std::nullopt;
    if (!one) continue;
    sum += *one;
    ++count;
  }
  return count == 0 ? absent(nothing) : of(sum / static_cast<double>(count));
}

SetScore distinct_1(const CaptionSets& sets) { return of_words(sets, sets.all.distinct_1); }
SetScore distinct_2(const CaptionSets& sets) { return of_words(sets, sets.all.distinct_2); }
SetScore vocabulary(const CaptionSets& sets) {
  return of(static_cast<double>(sets.all.vocabulary));
}

SetScore div_1(const CaptionSets& sets) {
  return mean_over_sets(sets, {}, [](const CaptionSet& set) {
    return std::optional(ratio(set.distinct.tokens, set.distinct.words));
  });
}
SetScore div_2(const CaptionSets& sets) {
  return mean_over_sets(sets, {}, [](const CaptionSet& set) {
    return std::optional(ratio(set.distinct.pairs, set.distinct.words));
  });
}

/// The mean over i of BLEU-4 of all i-th captions, as of one corpus.
SetScore corpus_mbleu_4(const CaptionSets& sets) {
  if (sets.several() == 0) return absent(kSingle);
  std::vector<BleuStatistics> sums;  // [i]
  for (const CaptionSet& set : sets.pictures) {
    sums.resize(std::max(sums.size(), set.against_others.size()));
    for (size_t i = 0; i < set.against_others.size(); ++i) sums[i] += set.against_others[i];
  }
  double sum = 0;
  for (const BleuStatistics& statistics : sums) sum += bleu(statistics)[kMaxOrder - 1];
  return of(sum / static_cast<double>(sums.size()));
}

SetScore sentence_mbleu_4(const CaptionSets& sets) {
  return mean_over_sets(sets, {}, [](const CaptionSet& set) {
    double sum = 0;
    for (const BleuStatistics& one : set.against_others) sum += bleu(one)[kMaxOrder - 1];
    return std::optional(sum / static_cast<double>(set.captions));
  });
}

SetScore mean_self_cider(const CaptionSets& sets) {
  if (sets.several() > 0 && sets.documents < 2) {
    return absent("document frequencies of one picture weigh no word");
  }
  return mean_over_sets(sets, "no n-gram of the captions has a weight",
                        [](const CaptionSet& set) { return set.self_cider; });
}

/// A mean over all pictures, as SPICE is.
SetScore all_spice(const CaptionSets& sets) {
  if (!sets.compared) return absent("not compared with references");
  if (sets.several() == 0) return absent(kSingle);
  double sum = 0;
  for (const CaptionSet& set : sets.pictures) {
    if (set.captions > 0 && !set.all_spice) return absent("SPICE-native was not computed");
    sum += set.all_spice.value_or(0);
  }
  return of(sum / static_cast<double>(sets.pictures.size()));
}

SetScore of_training(std::optional<double> share) {
  return share ? of(*share) : absent("no captions of a training set to look among");
}
SetScore unseen(const CaptionSets& sets) { return of_training(sets.unseen); }
SetScore novel(const CaptionSets& sets) { return of_training(sets.novel); }

constexpr SetMeasure kMeasures[] = {
    {"vocabulary", "Vocabulary", "different words", 0, vocabulary},
    {"distinct_1", "Distinct-1", "different words, over all words", 4, distinct_1},
    {"distinct_2", "Distinct-2", "different pairs of words, over all words", 4, distinct_2},
    {"div_1", "Div-1", "different words of a picture's captions, over their words", 3, div_1},
    {"div_2", "Div-2", "and pairs of words, over words", 3, div_2},
    {"mbleu_4_corpus", "Corpus mBLEU-4",
     "of all i-th captions against their picture's others; lower is more various", 3,
     corpus_mbleu_4},
    {"mbleu_4", "Sentence mBLEU-4", "the same caption by caption, mean", 3, sentence_mbleu_4},
    {"self_cider", "Self-CIDEr", "0: a picture's captions are alike, 1: nothing in common", 3,
     mean_self_cider},
    {"all_spice", "AllSPICE", "SPICE-native of what a picture's captions say together", 3,
     all_spice},
    {"unseen", "Unseen", "share that is no caption of the training set", 3, unseen},
    {"novel", "Novel", "different ones of these, over all captions", 3, novel},
};

}  // namespace

std::span<const SetMeasure> set_measure_table() { return kMeasures; }

std::vector<SetScore> measure_sets(const CaptionSets& sets) {
  std::vector<SetScore> scores;
  for (const SetMeasure& row : set_measure_table()) scores.push_back(row.of(sets));
  return scores;
}

const SetScore& set_score(std::span<const SetScore> scores, std::string_view key) {
  const auto table = set_measure_table();
  const auto row = std::find_if(table.begin(), table.end(),
                                [&](const SetMeasure& measure) { return measure.key == key; });
  if (row == table.end()) throw InternalError("set_score: no measure '" + std::string(key) + "'");
  return scores[static_cast<size_t>(row - table.begin())];
}

}  // namespace storyteller
