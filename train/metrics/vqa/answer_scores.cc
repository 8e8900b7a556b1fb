#include "train/metrics/vqa/answer_scores.h"

#include <algorithm>

#include "core/error.h"
#include "core/text/ascii.h"
#include "train/metrics/vqa/answer_text.h"

namespace storyteller {
namespace {

/// How often each answer was given.
using AnswerCounts = std::map<std::string, size_t>;

/// Of equals the first in the alphabet, as the map has them.
std::string most_common_of(const AnswerCounts& counts) {
  const auto most =
      std::max_element(counts.begin(), counts.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == counts.end() ? "" : most->first;
}

std::string question_key(const std::string& text) { return lower_case(trimmed_answer(text)); }

const std::string& text_of(int64_t id, const std::unordered_map<int64_t, std::string>& texts) {
  const auto found = texts.find(id);
  if (found == texts.end()) {
    throw InputError("question " + std::to_string(id) +
                     " is annotated, but its text is in no file of questions");
  }
  return found->second;
}

}  // namespace

std::string agreed_answer(const AnsweredQuestion& question) {
  if (!question.common_answer.empty()) return normalized_answer(question.common_answer);
  AnswerCounts counts;
  for (const auto& answer : question.answers) ++counts[normalized_answer(answer.text)];
  return most_common_of(counts);
}

double vqa_accuracy(const AnsweredQuestion& question, std::string_view answer) {
  std::vector<std::string> said;
  for (const auto& each : question.answers) said.push_back(trimmed_answer(each.text));
  std::string given = trimmed_answer(answer);
  const bool differ =
      std::any_of(said.begin(), said.end(), [&](const auto& text) { return text != said[0]; });
  if (differ) {
    for (std::string& text : said) text = normalized_answer(text);
    given = normalized_answer(given);
  }
  double sum = 0;
  for (size_t i = 0; i < said.size(); ++i) {
    int matches = 0;
    for (size_t j = 0; j < said.size(); ++j) {
      const bool left_out =
          said[j] == said[i] && question.answers[j].record == question.answers[i].record;
      if (!left_out && said[j] == given) ++matches;
    }
    sum += std::min(1.0, matches / 3.0);
  }
  return sum / static_cast<double>(said.size());
}

AnswerScores score_answers(const std::vector<AnsweredQuestion>& questions,
                           const std::unordered_map<int64_t, std::string>& answers) {
  AnswerScores scores;
  std::unordered_map<int64_t, bool> known;
  const auto add = [](std::map<std::string, double>& sums, std::map<std::string, size_t>& counts,
                      const std::string& type, double accuracy) {
    sums[type] += accuracy;
    ++counts[type];
  };
  for (const AnsweredQuestion& question : questions) {
    const auto answer = answers.find(question.id);
    if (answer == answers.end()) {
      throw InputError("question " + std::to_string(question.id) +
                       " has no answer among the results; answer every question once");
    }
    known[question.id] = true;
    const double accuracy = vqa_accuracy(question, answer->second);
    scores.each.push_back(accuracy);
    scores.all += accuracy;
    add(scores.by_answer_type, scores.answer_type_counts, question.answer_type, accuracy);
    add(scores.by_question_type, scores.question_type_counts, question.question_type, accuracy);
  }
  int64_t stranger = 0;
  bool strange = false;
  for (const auto& [id, answer] : answers) {
    if (known.contains(id) || (strange && stranger < id)) continue;
    stranger = id;
    strange = true;
  }
  if (strange) {
    throw InputError("the results answer question " + std::to_string(stranger) +
                     ", which is not annotated; are they of another split?");
  }
  scores.all /= static_cast<double>(std::max<size_t>(questions.size(), 1));
  for (auto& [type, sum] : scores.by_answer_type) {
    sum /= static_cast<double>(scores.answer_type_counts[type]);
  }
  for (auto& [type, sum] : scores.by_question_type) {
    sum /= static_cast<double>(scores.question_type_counts[type]);
  }
  return scores;
}

AnswerPriors::AnswerPriors(const std::vector<AnsweredQuestion>& training) {
  AnswerCounts all;
  std::map<std::string, AnswerCounts> types;
  for (const AnsweredQuestion& question : training) {
    const std::string answer = agreed_answer(question);
    ++all[answer];
    ++types[question.question_type][answer];
  }
  most_common = most_common_of(all);
  for (const auto& [type, counts] : types) by_question_type[type] = most_common_of(counts);
}

std::unordered_map<int64_t, std::string> AnswerPriors::same_for_all(
    const std::vector<AnsweredQuestion>& questions) const {
  std::unordered_map<int64_t, std::string> answers;
  for (const AnsweredQuestion& question : questions) answers[question.id] = most_common;
  return answers;
}

std::unordered_map<int64_t, std::string> AnswerPriors::by_type(
    const std::vector<AnsweredQuestion>& questions) const {
  std::unordered_map<int64_t, std::string> answers;
  for (const AnsweredQuestion& question : questions) {
    const auto found = by_question_type.find(question.question_type);
    answers[question.id] = found == by_question_type.end() ? most_common : found->second;
  }
  return answers;
}

std::unordered_map<int64_t, std::string> answers_by_text(
    const std::vector<AnsweredQuestion>& questions,
    const std::unordered_map<int64_t, std::string>& texts,
    const std::vector<AnsweredQuestion>& training,
    const std::unordered_map<int64_t, std::string>& training_texts, const AnswerPriors& priors) {
  std::map<std::string, AnswerCounts> table;
  for (const AnsweredQuestion& question : training) {
    ++table[question_key(text_of(question.id, training_texts))][agreed_answer(question)];
  }
  auto answers = priors.by_type(questions);
  for (const AnsweredQuestion& question : questions) {
    const auto found = table.find(question_key(text_of(question.id, texts)));
    if (found != table.end()) answers[question.id] = most_common_of(found->second);
  }
  return answers;
}

}  // namespace storyteller
