#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "train/metrics/vqa/answer_files.h"

namespace storyteller {

/// The share in which an answer agrees with people, in [0, 1] (Antol et al. 2015, section 3; as the
/// official scorer computes it): the mean over the people, each left out once, of min(1, matches
/// among the others / 3). With ten people 1, 2, 3 and 4 matches give .3, .6, .9 and 1. Who is left
/// out takes all equal records along, as the original compares whole records. Where all said the
/// same to the letter, answers are compared as they stand; else in the form of normalized_answer.
double vqa_accuracy(const AnsweredQuestion& question, std::string_view answer);

/// What the question's people agree on, in the form of normalized_answer: as annotated, else what
/// most of them said, of equals the first in the alphabet.
std::string agreed_answer(const AnsweredQuestion& question);

/// Mean accuracies, in [0, 1].
struct AnswerScores {
  double all = 0;
  std::map<std::string, double> by_answer_type = {}, by_question_type = {};
  std::map<std::string, size_t> answer_type_counts = {}, question_type_counts = {};
  std::vector<double> each = {};  ///< of each question
};

/// @param answers by question, one for each.
/// @throws InputError where a question has no answer, or an answer no question.
AnswerScores score_answers(const std::vector<AnsweredQuestion>& questions,
                           const std::unordered_map<int64_t, std::string>& answers);

/// Who answers without a look at the picture: what was most often said to `training`'s questions,
/// of equals the first in the alphabet.
struct AnswerPriors {
  std::string most_common = {};
  std::map<std::string, std::string> by_question_type = {};

  explicit AnswerPriors(const std::vector<AnsweredQuestion>& training);
  /// One answer to all `questions`.
  std::unordered_map<int64_t, std::string> same_for_all(
      const std::vector<AnsweredQuestion>& questions) const;
  /// The most common one of each question's type, else that of all.
  std::unordered_map<int64_t, std::string> by_type(
      const std::vector<AnsweredQuestion>& questions) const;
};

/// The table of questions: what was most often answered to a question of the same words, case and
/// space at its ends apart; for others what `priors` says by type. The texts are by question id.
std::unordered_map<int64_t, std::string> answers_by_text(
    const std::vector<AnsweredQuestion>& questions,
    const std::unordered_map<int64_t, std::string>& texts,
    const std::vector<AnsweredQuestion>& training,
    const std::unordered_map<int64_t, std::string>& training_texts, const AnswerPriors& priors);

}  // namespace storyteller
