#pragma once

#include <string>
#include <string_view>

namespace storyteller {

// What the official scorer of VQA does to the text of answers before it compares them: equal to
// GT-Vision-Lab/VQA, PythonEvaluationTools/vqaEvaluation/vqaEval.py at a013f00, faults included, so
// that scores can be compared with published ones. All take and give UTF-8.

/// Line ends and tabs as blanks, none at either end. Done to every answer.
std::string trimmed_answer(std::string_view answer);

/// An answer in the form in which it is compared where the people who were asked did not all say
/// the same: punctuation and full stops go, letters are lower case, number words digits ("none" is
/// 0), articles are left out, apostrophes put back ("dont" is "don't").
///
/// Kept from the original: a mark is deleted only where any blank stands beside one of its kind, or
/// where the answer holds "1,000", and becomes a blank otherwise; apostrophes and colons stay; of
/// full stops not followed by a digit the first 32 go; "somebody'd" becomes "somebodyd", and
/// contractions that begin with a capital in its table are never met.
std::string normalized_answer(std::string_view answer);

}  // namespace storyteller
