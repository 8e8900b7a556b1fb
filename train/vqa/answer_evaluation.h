#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "train/features/split_data.h"
#include "train/vqa/answering.h"

namespace storyteller {

/// Who answers: the model, and those who need no picture.
enum class Answerer : int {
  kModel,
  kMostCommon,    ///< the most common answer of training
  kByType,        ///< that of the question's type
  kByQuestion,    ///< that of the very same question, where training asks it; else as above
  kQuestionOnly,  ///< a network that reads the question alone
};
inline constexpr size_t kAnswerers = 5;

/// Accuracy (answer_accuracy) of all on some of the questions, in [0,1].
struct AnswerGroup {
  std::string key, title;  ///< "yes_no", "yes/no"
  size_t questions = 0;
  double accuracy[kAnswerers] = {};
};

/// Where the last hop looks most: the share of questions for which that is a region whose middle
/// belongs to the drawn shape, and what a look at any region would give.
struct ShapePointing {
  double share = 0, chance = 0;
};

struct AnswerEvaluation {
  std::vector<GivenAnswer> given;  ///< by question
  size_t unread = 0;               ///< questions about pictures that cannot be read: wrong
  /// The first is of all questions; then those by type of answer, where there are several types,
  /// and of the questions with a "not".
  std::vector<AnswerGroup> groups;
  bool zeroed = false;  ///< kQuestionOnly is the model itself, shown features that are all 0
  std::optional<ShapePointing> pointing;

  /// Points (of 100) that the pictures are worth on all questions.
  double picture_gap() const;
};

/// Answers the questions of a split and compares with what training's questions alone tell.
/// `question_only`: a model that was trained blind; null: the model itself with zeroed features.
/// `shapes`: whether pictures hold one drawn shape on a plain ground, at which the model should
/// look. Throws InputError where nothing is asked, and what answer_questions() throws.
AnswerEvaluation evaluate_answers(Captioner& captioner, const SplitData& data,
                                  const Dataset& training, Captioner* question_only, bool shapes,
                                  BadPictures& bad,
                                  const std::function<void(size_t, size_t)>& progress = {});

}  // namespace storyteller
