#include "train/validation/answer_examiner.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "core/error.h"
#include "train/vqa/answer_targets.h"
#include "train/vqa/answering.h"

namespace storyteller {
namespace {

Criterion answer_criterion(const TrainOptions& options) {
  Criterion criterion = parse_criterion(options.selection, "`selection`");
  if (criterion.key == kAccuracy) return criterion;
  throw UsageError("`selection`=" + options.selection +
                   ": a model that answers questions is selected by accuracy; leave it out");
}

}  // namespace

AnswerExaminer::AnswerExaminer(const TrainOptions& options, Captioner& captioner,
                               const ValidationSet& data)
    : name_(data.name),
      captioner_(captioner),
      dataset_(data.dataset),
      questions_(data.captions, captioner.vocabulary(), options.max_words),
      pictures_(examined_pictures(options, data.dataset)),
      criterion_(answer_criterion(options)) {}

Marks AnswerExaminer::examine(FeatureSource& source, const Progress& progress) {
  const auto given = answer_questions(captioner_, source, questions_, pictures_, progress);
  std::map<std::string, std::pair<double, double>> sums;
  std::set<int32_t> distinct;
  size_t question = 0;
  for (size_t i = 0; i < pictures_; ++i) {
    for (const PictureQuestion& each : dataset_.questions(i)) {
      const int32_t answer = given[question++].answer;
      if (answer < 0) continue;
      distinct.insert(answer);
      const double accuracy = answer_accuracy(each.asked, captioner_.answers().text(answer));
      const bool closed = each.asked.answer_type == "yes/no";
      for (const char* key : {kAccuracy, closed ? "accuracy_yes_no" : "accuracy_others"}) {
        auto& [sum, count] = sums[key];
        sum += accuracy;
        ++count;
      }
    }
  }
  if (sums.empty()) throw InputError("not one of the pictures to ask about could be read");
  Marks marks{.scores = {}, .distinct = std::ssize(distinct)};
  for (const auto& [key, sum] : sums) marks.scores.set(key, sum.first / sum.second);
  return marks;
}

void AnswerExaminer::probe(FeatureSource& source, const Progress& progress) const {
  answer_questions(captioner_, source, questions_, std::min(kProbedPictures, pictures_), progress);
}

}  // namespace storyteller
