#include "train/vqa/answer_evaluation.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <memory>
#include <unordered_map>
#include <utility>

#include "core/error.h"
#include "train/metrics/vqa/answer_scores.h"
#include "train/vqa/answer_targets.h"

namespace storyteller {
namespace {

/// The features of another source, all 0.
class ZeroedFeatures : public FeatureSource {
 public:
  explicit ZeroedFeatures(FeatureSource& source) : source_(source) {}
  void expect(std::vector<std::vector<size_t>> batches, uint64_t epoch) override {
    source_.expect(std::move(batches), epoch);
  }
  Var next(Tape& tape, std::span<const size_t> images) override {
    const Tensor seen = source_.next(tape, images).value();
    return Var(Tensor::zeros(seen.shape(), seen.dtype(), seen.device()));
  }
  bool usable(size_t) const override { return true; }

 private:
  FeatureSource& source_;
};

/// All questions of a data set, by number, and their texts.
struct Asked {
  std::vector<AnsweredQuestion> questions;
  std::unordered_map<int64_t, std::string> texts;

  explicit Asked(const Dataset& dataset) {
    for (size_t i = 0; i < dataset.size(); ++i) {
      for (const PictureQuestion& question : dataset.questions(i)) {
        texts[question.asked.id] = question.text;
        questions.push_back(question.asked);
      }
    }
  }
};

using AnswerTexts = std::vector<std::string>;

AnswerTexts in_order(const Asked& asked, const std::unordered_map<int64_t, std::string>& answers) {
  AnswerTexts texts;
  for (const AnsweredQuestion& question : asked.questions) texts.push_back(answers.at(question.id));
  return texts;
}

AnswerTexts texts_of(const std::vector<GivenAnswer>& given, const Answers& answers) {
  AnswerTexts texts;
  for (const GivenAnswer& each : given) {
    texts.push_back(each.answer < 0 ? std::string() : answers.text(each.answer));
  }
  return texts;
}

bool negates(const std::string& text) {
  const Tokens words = ptb_tokenize(text);
  return std::any_of(words.begin(), words.end(),
                     [](const std::string& word) { return word == "not" || word == "n't"; });
}

/// The groups that a question belongs to: key and title.
std::vector<std::pair<std::string, std::string>> groups_of(const AnsweredQuestion& question,
                                                           const std::string& text) {
  std::vector<std::pair<std::string, std::string>> groups = {{"all", "all"}};
  if (question.answer_type == "yes/no") {
    groups.emplace_back("yes_no", "yes/no");
  } else if (!question.answer_type.empty()) {
    groups.emplace_back(question.answer_type, question.answer_type);
  }
  if (negates(text)) groups.emplace_back("negated", "with a \"not\"");
  return groups;
}

/// Which of L regions of a grid have their middle inside a drawn shape: pixels unlike the corner.
std::vector<bool> shape_regions(const Image& image, int64_t rows, int64_t columns) {
  std::vector<bool> inside;
  constexpr int kUnlike = 24;  // of 255, in some channel
  for (int64_t r = 0; r < rows; ++r) {
    for (int64_t c = 0; c < columns; ++c) {
      const auto y = static_cast<int>((2 * r + 1) * image.height / (2 * rows));
      const auto x = static_cast<int>((2 * c + 1) * image.width / (2 * columns));
      bool unlike = false;
      for (size_t channel = 0; channel < 3; ++channel) {
        const auto at = static_cast<size_t>(y * image.width + x) * 3 + channel;
        unlike = unlike || std::abs(image.rgb[at] - image.rgb[channel]) > kUnlike;
      }
      inside.push_back(unlike);
    }
  }
  return inside;
}

ShapePointing point_at_shapes(const Dataset& dataset, const Encoder& encoder,
                              const std::vector<GivenAnswer>& given) {
  double hits = 0, chance = 0, asked = 0;
  size_t number = 0;
  for (size_t i = 0; i < dataset.size(); ++i) {
    const size_t asks = dataset.questions(i).size();
    const auto first = given.begin() + static_cast<std::ptrdiff_t>(number);
    const bool answered = std::any_of(first, first + static_cast<std::ptrdiff_t>(asks),
                                      [](const GivenAnswer& each) { return each.answer >= 0; });
    if (!answered) {  // a picture that cannot be read, among others
      number += asks;
      continue;
    }
    const auto inside = shape_regions(dataset.load(i), encoder.grid_rows(), encoder.grid_columns());
    const auto count = static_cast<double>(std::count(inside.begin(), inside.end(), true));
    for (size_t q = 0; q < asks; ++q, ++number) {
      if (given[number].answer < 0) continue;
      ++asked;
      hits += inside[given[number].region] ? 1 : 0;
      chance += count / static_cast<double>(inside.size());
    }
  }
  return {.share = hits / std::max(asked, 1.0), .chance = chance / std::max(asked, 1.0)};
}

}  // namespace

double AnswerEvaluation::picture_gap() const {
  const auto& accuracy = groups.front().accuracy;
  return 100 * (accuracy[static_cast<size_t>(Answerer::kModel)] -
                accuracy[static_cast<size_t>(Answerer::kQuestionOnly)]);
}

AnswerEvaluation evaluate_answers(Captioner& captioner, const SplitData& data,
                                  const Dataset& training, Captioner* question_only, bool shapes,
                                  BadPictures& bad,
                                  const std::function<void(size_t, size_t)>& progress) {
  if (!data.dataset->asks()) {
    throw InputError("the data ask no questions; name easy-vqa:DIR, vqa:DIR or made:FORMAT:PATH");
  }
  const size_t pictures = data.dataset->size();
  const auto source = features_of(data, captioner, bad);
  ZeroedFeatures zeroed(*source);
  const auto answered_by = [&](Captioner& model, FeatureSource& features,
                               const std::function<void(size_t, size_t)>& told) {
    const EncodedCaptions questions(*data.captions, model.vocabulary(), kQuestionWords);
    return answer_questions(model, features, questions, pictures, told);
  };
  AnswerEvaluation evaluation;
  evaluation.given = answered_by(captioner, *source, progress);
  evaluation.zeroed = question_only == nullptr;
  Captioner& blind = question_only == nullptr ? captioner : *question_only;
  if (shapes) {
    evaluation.pointing = point_at_shapes(*data.dataset, captioner.encoder(), evaluation.given);
  }

  const Asked asked(*data.dataset), trained(training);
  const AnswerPriors priors(trained.questions);
  const std::array<AnswerTexts, kAnswerers> said = {
      texts_of(evaluation.given, captioner.answers()),
      in_order(asked, priors.same_for_all(asked.questions)),
      in_order(asked, priors.by_type(asked.questions)),
      in_order(asked, answers_by_text(asked.questions, asked.texts, trained.questions,
                                      trained.texts, priors)),
      texts_of(answered_by(blind, zeroed, {}), blind.answers())};
  std::map<std::string, AnswerGroup> groups;
  for (size_t q = 0; q < asked.questions.size(); ++q) {
    const AnsweredQuestion& question = asked.questions[q];
    if (said[0][q].empty()) ++evaluation.unread;
    std::array<double, kAnswerers> accuracy{};
    for (size_t who = 0; who < kAnswerers; ++who) {
      accuracy[who] = said[who][q].empty() ? 0 : answer_accuracy(question, said[who][q]);
    }
    for (const auto& [key, title] : groups_of(question, asked.texts.at(question.id))) {
      AnswerGroup& group = groups[key];
      group.key = key;
      group.title = title;
      ++group.questions;
      for (size_t who = 0; who < kAnswerers; ++who) group.accuracy[who] += accuracy[who];
    }
  }
  for (const char* first : {"all", "yes_no"}) {
    if (const auto found = groups.find(first); found != groups.end()) {
      evaluation.groups.push_back(found->second);
      groups.erase(found);
    }
  }
  for (const auto& [key, group] : groups) evaluation.groups.push_back(group);
  for (AnswerGroup& group : evaluation.groups) {
    for (double& sum : group.accuracy) sum /= static_cast<double>(group.questions);
  }
  return evaluation;
}

}  // namespace storyteller
