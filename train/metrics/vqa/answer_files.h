#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <unordered_map>
#include <vector>

namespace storyteller {

/// What people answered to a question about a picture.
struct AnsweredQuestion {
  int64_t id = 0;
  std::string image = {};          ///< its id, as text
  std::string question_type = {};  ///< "what color is the"; as annotated
  std::string answer_type = {};    ///< "yes/no", "number" or "other"
  std::string common_answer = {};  ///< multiple_choice_answer; empty where there is none
  struct Answer {
    std::string text;
    /// All else that the record holds, as JSON: equal records drop out together where one person is
    /// left out (see vqa_accuracy), which answer_id prevents.
    std::string record;
  };
  std::vector<Answer> answers = {};  ///< at least one
};

/// Annotations of VQA v1 or v2, {"annotations": [{"question_id", "image_id", "question_type",
/// "answer_type", "answers": [{"answer_id", "answer", ...}, ...]}, ...]}, in their order.
/// @throws InputError that names file, place and fix where there are none, where a question stands
/// there twice or has no answers, or where a member is missing or of another kind.
std::vector<AnsweredQuestion> read_vqa_annotations(const std::filesystem::path& file);

/// Questions of VQA, {"questions": [{"question_id", "image_id", "question"}, ...]}: text by id.
/// @throws InputError as above.
std::unordered_map<int64_t, std::string> read_vqa_questions(const std::filesystem::path& file);

/// Results as VQA's server takes them, [{"question_id", "answer"}, ...]: answer by question.
/// @throws InputError as above.
std::unordered_map<int64_t, std::string> read_vqa_results(const std::filesystem::path& file);

}  // namespace storyteller
