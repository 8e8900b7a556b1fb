#pragma once

#include <string>
#include <vector>

#include "tools/cli/options.h"
#include "tools/commands/command.h"

namespace storyteller {

/// `evaluate --task vqa`: a model answers the questions of a split.
struct AnswerEvaluationArguments {
  std::string model;  ///< one that answers questions
  std::vector<std::string> data;
  std::string split, cache, results;
  std::string question_only;  ///< "": the model itself without its pictures
  bool json = false;
  double max_bad = 0;
};

/// Prints the accuracies beside what is reached without a look at the pictures, or one JSON object,
/// and writes the results as VQA's server takes them.
int evaluate_answers_command(const AnswerEvaluationArguments& arguments, const Machine& machine);

}  // namespace storyteller
