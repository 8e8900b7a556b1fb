#include "train/vqa/answer_targets.h"

#include <algorithm>
#include <map>

#include "core/error.h"
#include "train/metrics/vqa/answer_scores.h"
#include "train/metrics/vqa/answer_text.h"

namespace storyteller {

Answers choose_answers(const Dataset& dataset, size_t most) {
  std::map<std::string, size_t> counts;
  for (size_t i = 0; i < dataset.size(); ++i) {
    for (const PictureQuestion& question : dataset.questions(i)) {
      ++counts[agreed_answer(question.asked)];
    }
  }
  counts.erase("");
  if (counts.empty()) throw InputError("the data have no question with an answer");
  std::vector<std::pair<std::string, size_t>> ordered(counts.begin(), counts.end());
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  std::vector<std::string> texts;
  for (size_t i = 0; i < std::min(most, ordered.size()); ++i) {
    texts.push_back(std::move(ordered[i].first));
  }
  return Answers(std::move(texts));
}

double answer_accuracy(const AnsweredQuestion& question, std::string_view answer) {
  if (question.answers.size() > 1) return vqa_accuracy(question, answer);
  return normalized_answer(question.answers.front().text) == normalized_answer(answer) ? 1 : 0;
}

AnswerTargets::AnswerTargets(const Dataset& dataset, const CaptionCorpus& corpus,
                             const Answers& answers) {
  for (size_t i = 0; i < dataset.size(); ++i) {
    const auto questions = dataset.questions(i);
    if (corpus.captions_of(i) != questions.size()) {
      throw InternalError("AnswerTargets: picture " + dataset.id(i) +
                          " has another number of questions");
    }
    for (const PictureQuestion& question : questions) {
      agreed_.push_back(answers.id(agreed_answer(question.asked)));
      std::map<int32_t, int> people;
      for (const auto& each : question.asked.answers) {
        const int32_t answer = answers.id(normalized_answer(each.text));
        if (answer >= 0) ++people[answer];
      }
      const float full = question.asked.answers.size() == 1 ? 1 : 3;
      auto& given = given_.emplace_back();
      for (const auto& [answer, count] : people) {
        given.emplace_back(answer, std::min(1.0F, static_cast<float>(count) / full));
      }
    }
  }
}

double AnswerTargets::known() const {
  const auto unknown = std::count(agreed_.begin(), agreed_.end(), -1);
  return 1 -
         static_cast<double>(unknown) / static_cast<double>(std::max<size_t>(agreed_.size(), 1));
}

}  // namespace storyteller
