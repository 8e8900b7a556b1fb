#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/vqa/answers.h"
#include "train/data/caption_corpus.h"
#include "train/data/dataset.h"

namespace storyteller {

/// The `most` answers that are most often agreed on, in the scorer's form (normalized_answer); of
/// equals the first in the alphabet. Throws InputError where there is none.
Answers choose_answers(const Dataset& dataset, size_t most);

/// How far an answer agrees with people, in [0,1]: vqa_accuracy; where one person was asked,
/// whether it is the same in the scorer's form.
double answer_accuracy(const AnsweredQuestion& question, std::string_view answer);

/// What a model should answer to the questions of a data set, by their number: that of the caption
/// which stands for the question in the corpus.
class AnswerTargets {
 public:
  /// Throws InternalError where the corpus is not that of the data set.
  AnswerTargets(const Dataset& dataset, const CaptionCorpus& corpus, const Answers& answers);

  /// The answer that people agree on; -1: the model does not know it.
  int32_t agreed(size_t question) const { return agreed_[question]; }
  /// Answers that people gave and the model knows, each with min(1, people / 3); 1 where one person
  /// was asked.
  const std::vector<std::pair<int32_t, float>>& given(size_t question) const {
    return given_[question];
  }
  /// Share of the questions whose agreed answer is known.
  double known() const;

 private:
  std::vector<int32_t> agreed_;
  std::vector<std::vector<std::pair<int32_t, float>>> given_;
};

}  // namespace storyteller
