#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "tools/train_spice_model/treebank.h"
#include "train/metrics/spice/syntax_model.h"

namespace storyteller::spice {

struct TrainingOptions {
  uint64_t seed = 1;
  int tagger_epochs = 10;
  int parser_epochs = 12;
  /// Half of the epochs choose the features that are kept; with those, so many runs train for the
  /// other half, each in its own order, and their weights are averaged.
  int runs = 16;
  int folds = 4;  ///< parts for the tags that the parser learns from (jackknifing)
  size_t tagger_rows = size_t{1} << 15;  ///< of each table: a power of two
  size_t transition_rows = size_t{1} << 17;
  size_t label_rows = size_t{1} << 15;
};

/// Trains tagger and parser on `sentences`, each seen as a caption without punctuation and once
/// more with it (as_caption). One thread; equal options and sentences give equal bits everywhere.
/// `log` gets a line per epoch; may be empty. Throws InputError if there is no sentence.
SyntaxModel train_syntax_model(const std::vector<TreebankSentence>& sentences,
                               const TrainingOptions& options,
                               const std::function<void(const std::string&)>& log = {});

/// How often tagger and parser are right, on words.
struct Accuracy {
  size_t words = 0;
  size_t tags = 0;            ///< right part of speech
  size_t heads = 0;           ///< right head (UAS)
  size_t labels = 0;          ///< right head and label (LAS), in this project's label set
  size_t gold_tag_heads = 0;  ///< heads where the right tags were given
};
Accuracy accuracy_on(const SyntaxModel& model, const std::vector<TreebankSentence>& sentences);

/// Splits off every tenth sentence (the 10th, the 20th, ...) as held-out.
struct Split {
  std::vector<TreebankSentence> training, held_out;
};
Split split_treebank(std::vector<TreebankSentence> sentences);

}  // namespace storyteller::spice
