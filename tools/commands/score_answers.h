#pragma once

#include <string>
#include <vector>

#include "tools/cli/options.h"

namespace storyteller {

/// `score --task vqa`: answers to questions about pictures, as VQA's official scorer sees them.
struct AnswerArguments {
  std::string questions, annotations, results, per_question;

  void add_options(const Options& command);
  /// Whether one of its options was given.
  bool given() const;
};

/// Scores the results and prints them beside what is reached without a look at the pictures; as one
/// JSON object with `json`. `training` holds annotations, and questions where the table of
/// questions shall be among the priors; without annotations the priors are of the scored answers
/// themselves.
int score_answers_command(const AnswerArguments& arguments,
                          const std::vector<std::string>& training, bool json);

}  // namespace storyteller
