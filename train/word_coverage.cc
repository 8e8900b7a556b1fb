#include "train/word_coverage.h"

#include <algorithm>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/number_format.h"

namespace storyteller {
WordCoverage word_coverage(const CaptionCorpus& corpus, const Vocabulary& vocabulary,
                           int max_words) {
  WordCoverage coverage;
  coverage.captions = corpus.size();
  for (size_t c = 0; c < corpus.size(); ++c) {
    if (corpus.length(c) > static_cast<size_t>(max_words)) ++coverage.cut;
  }
  for (const WordCount& word : corpus.word_counts()) {
    const bool known = vocabulary.id(word.word) != Vocabulary::kUnk;
    ++coverage.different;
    coverage.words += word.count;
    if (known) {
      ++coverage.known;
    } else {
      coverage.unknown += word.count;
    }
  }
  return coverage;
}

Vocabulary build_vocabulary(const CaptionCorpus& corpus, int min_count) {
  if (corpus.size() == 0) {
    throw InputError("no captions to train on: no caption of the train split has a word");
  }
  const std::vector<WordCount> counts = corpus.word_counts();
  Vocabulary vocabulary = Vocabulary::build(counts, static_cast<size_t>(min_count));
  if (vocabulary.size() > Vocabulary::kSpecialTokens) return vocabulary;
  const auto most =
      std::max_element(counts.begin(), counts.end(),
                       [](const WordCount& a, const WordCount& b) { return a.count < b.count; });
  throw UsageError("`min_count`=" + std::to_string(min_count) +
                   " leaves no word: the most frequent of the training captions, '" +
                   printable(std::string(most->word)) + "', occurs " + std::to_string(most->count) +
                   " times; lower min_count");
}

std::vector<std::string> word_warnings(const WordCoverage& coverage, int min_count, int max_words) {
  constexpr double kMuch = 0.2;
  constexpr size_t kFewWords = 20;
  std::vector<std::string> lines;
  const std::string share =
      percent(coverage.unknown_share(), 0) + " of the words of the training captions become <unk>";
  if (min_count > 0 && (coverage.unknown_share() > kMuch || coverage.known < kFewWords)) {
    lines.push_back("the vocabulary has " + std::to_string(coverage.known) + " of the " +
                    std::to_string(coverage.different) + " words that occur, and " + share +
                    (min_count > 1 && coverage.known < coverage.different
                         ? ": min_count=" + std::to_string(min_count) +
                               " leaves out the rarer ones; lower it for a small set "
                               "(`min_count`=1)"
                         : ""));
  } else if (min_count == 0 && coverage.unknown_share() > kMuch) {
    lines.push_back("the model knows " + std::to_string(coverage.known) + " of the " +
                    std::to_string(coverage.different) + " words that occur, and " + share +
                    ": it will never say the others; a new run without `initial_model` learns "
                    "words of its own");
  }
  if (static_cast<double>(coverage.cut) > kMuch * static_cast<double>(coverage.captions)) {
    lines.push_back(std::to_string(coverage.cut) + " of " + std::to_string(coverage.captions) +
                    " training captions have more than " + std::to_string(max_words) +
                    " words and are cut" +
                    (coverage.cut == coverage.captions ? ": the model never learns to end one"
                                                       : "; cut captions teach no ending") +
                    "; raise `train_words`");
  }
  return lines;
}

std::string foreign_words_warning(const WordCoverage& coverage) {
  if (coverage.unknown_share() <= 0.5) return "";
  return "the model knows " + std::to_string(coverage.known) + " of the " +
         std::to_string(coverage.different) + " words of the captions that it is scored against (" +
         percent(coverage.unknown_share(), 0) +
         " of these captions' words are others): has it learned their language?";
}

}  // namespace storyteller
